package io.katamonitor.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.katamonitor.sandbox.Sandbox;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The labels that each of a sandbox's samples gets, as they stand between braces: {@code
 * sandbox_id="...",cri_uid="...",cri_name="...",cri_namespace="..."}. Rendered once, when the pod
 * becomes known.
 */
public final class LabelText {
  private static final String[] NAMES = {"sandbox_id", "cri_uid", "cri_name", "cri_namespace"};

  /** Room behind the text for copies in strides of eight. */
  private static final int SLACK = Long.BYTES;

  /** None: for the series that are not of a sandbox. */
  public static final LabelText NONE = new LabelText(new byte[0], new int[0], new int[0]);

  private final byte[] text;
  private final int length;

  /** Where each label's value begins and ends, without the quotes. */
  private final int[] valueStarts;

  private final int[] valueEnds;

  private LabelText(byte[] text, int[] valueStarts, int[] valueEnds) {
    this.length = text.length;
    this.text = Arrays.copyOf(text, text.length + SLACK);
    this.valueStarts = valueStarts;
    this.valueEnds = valueEnds;
  }

  public static LabelText of(Sandbox sandbox) {
    var pod = sandbox.pod();
    String[] contents = {sandbox.id().value(), pod.uid(), pod.name(), pod.namespace()};
    var text = new ByteArrayOutputStream(256);
    int[] starts = new int[NAMES.length];
    int[] ends = new int[NAMES.length];
    for (int i = 0; i < NAMES.length; i++) {
      text.writeBytes(((i == 0 ? "" : ",") + NAMES[i] + "=\"").getBytes(UTF_8));
      starts[i] = text.size();
      text.writeBytes(escaped(contents[i]).getBytes(UTF_8));
      ends[i] = text.size();
      text.write('"');
    }
    return new LabelText(text.toByteArray(), starts, ends);
  }

  /**
   * Escapes as a label value of the text format 0.0.4. Lone surrogates become question marks with
   * the encoding.
   */
  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  /** The bytes, with room behind them; not to be changed. */
  public byte[] text() {
    return text;
  }

  public int length() {
    return length;
  }

  int[] valueStarts() {
    return valueStarts;
  }

  int[] valueEnds() {
    return valueEnds;
  }
}
