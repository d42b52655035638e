package io.katamonitor.merge;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.katamonitor.sandbox.Sandbox;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The labels that each sample of a sandbox gets, encoded once for each format when the pod becomes
 * known. Values are cut to {@value #MAX_VALUE_BYTES} bytes. Immutable.
 *
 * <pre>{@code
 * text:      sandbox_id="f1",cri_uid="",cri_name="",cri_namespace=""
 * protobuf:  0A 10 0A 0A s a n d b o x _ i d 12 02 f 1  0A 0B 0A 07 c r i _ u i d 12 00 ...
 * }</pre>
 */
public final class SandboxLabels {
  /** As the {@code label_value_length_limit} of the shipped Prometheus configurations. */
  static final int MAX_VALUE_BYTES = 1024;

  /** For series that belong to no sandbox. */
  public static final SandboxLabels NONE = new SandboxLabels(LabelBytes.NONE, LabelBytes.NONE);

  /** Tags of {@code io.prometheus.client}: {@code Metric.label}, {@code LabelPair.name, .value}. */
  private static final int LABEL_TAG = 1 << 3 | 2;

  private static final int NAME_TAG = 1 << 3 | 2;
  private static final int VALUE_TAG = 2 << 3 | 2;

  private final LabelBytes text;
  private final LabelBytes protobuf;

  private SandboxLabels(LabelBytes text, LabelBytes protobuf) {
    this.text = text;
    this.protobuf = protobuf;
  }

  /** The labels of a sandbox; empty values while its pod is unknown. */
  public static SandboxLabels of(Sandbox sandbox) {
    var pod = sandbox.pod();
    byte[][] values = {
      cut(sandbox.id().value()), cut(pod.uid()), cut(pod.name()), cut(pod.namespace())
    };
    return new SandboxLabels(text(values), protobuf(values));
  }

  /** A value of another label, cut likewise. */
  public static String cutValue(String value) {
    return new String(cut(value), UTF_8);
  }

  /** UTF-8 with lone surrogates replaced, cut between two characters. */
  private static byte[] cut(String value) {
    byte[] bytes = value.getBytes(UTF_8);
    if (bytes.length <= MAX_VALUE_BYTES) {
      return bytes;
    }
    int end = MAX_VALUE_BYTES;
    while ((bytes[end] & 0xC0) == 0x80) {
      end--;
    }
    return Arrays.copyOf(bytes, end);
  }

  private static LabelBytes text(byte[][] values) {
    var out = new ByteArrayOutputStream(256);
    int[] ends = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      out.writeBytes(((i == 0 ? "" : ",") + KataNames.LABELS[i] + "=\"").getBytes(UTF_8));
      for (byte b : values[i]) {
        if (b == '\\' || b == '"' || b == '\n') {
          out.write('\\');
        }
        out.write(b == '\n' ? 'n' : b);
      }
      ends[i] = out.size();
      out.write('"');
    }
    return new LabelBytes(out.toByteArray(), ends);
  }

  private static LabelBytes protobuf(byte[][] values) {
    var out = new ByteArrayOutputStream(256);
    int[] ends = new int[2 * values.length];
    for (int i = 0; i < values.length; i++) {
      byte[] name = KataNames.LABELS[i].getBytes(UTF_8);
      byte[] value = values[i];
      out.write(LABEL_TAG);
      writeVarint(
          2 + varintLength(name.length) + name.length + varintLength(value.length) + value.length,
          out);
      ends[2 * i] = out.size();
      out.write(NAME_TAG);
      writeVarint(name.length, out);
      out.writeBytes(name);
      out.write(VALUE_TAG);
      writeVarint(value.length, out);
      out.writeBytes(value);
      ends[2 * i + 1] = out.size();
    }
    return new LabelBytes(out.toByteArray(), ends);
  }

  private static void writeVarint(int value, ByteArrayOutputStream out) {
    while (value >= 0x80) {
      out.write((value & 0x7F) | 0x80);
      value >>>= 7;
    }
    out.write(value);
  }

  private static int varintLength(int value) {
    return value < 0x80 ? 1 : 2;
  }

  /** In the text format: as between the braces of a sample. */
  public LabelBytes text() {
    return text;
  }

  /** In protobuf: as fields {@code label} of a {@code Metric} message. */
  public LabelBytes protobuf() {
    return protobuf;
  }
}
