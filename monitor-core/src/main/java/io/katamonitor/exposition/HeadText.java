package io.katamonitor.exposition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * How a sample's head goes out: canonical, with a cut where the sandbox's labels are put in. The
 * part before the cut holds the name and the shim's labels; the part behind it {@code le} and
 * {@code quantile}, which Go's encoder writes last, and the closing brace. A label with one of our
 * names gets {@code exported_} in front, as often as it takes, which is what Prometheus does with a
 * scraped label that clashes with a target's.
 */
final class HeadText {
  /** Takes bytes. */
  interface Target {
    void put(byte[] bytes, int from, int length) throws MemoryExhaustedException;
  }

  private static final byte[] EXPORTED = ascii("exported_");
  private static final byte[] QUOTED = ascii("=\"");
  private static final byte[] LE = ascii("le");
  private static final byte[] QUANTILE = ascii("quantile");
  private static final byte[] OPEN = ascii("{");
  private static final byte[] COMMA = ascii(",");
  private static final byte[] QUOTE = ascii("\"");
  private static final byte[] CLOSE = ascii("} ");
  private static final byte[] BLANK = ascii(" ");

  private static final byte[][] OURS = {
    ascii("sandbox_id"), ascii("cri_uid"), ascii("cri_name"), ascii("cri_namespace")
  };

  private HeadText() {}

  private static byte[] ascii(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** Puts what stands before the cut. */
  static void before(SampleLine line, Family family, boolean labelled, Target out)
      throws MemoryExhaustedException {
    byte[] prefix = family.samplePrefix();
    out.put(prefix, 0, prefix.length);
    out.put(line.text(), line.nameStart(), line.nameEnd() - line.nameStart());
    if (!labelled) {
      bareLabels(line, out);
      return;
    }
    put(OPEN, out);
    for (int i = 0; i < line.labelCount(); i++) {
      if (!goesLast(line, i)) {
        label(line, i, true, out);
        put(COMMA, out);
      }
    }
  }

  /** Puts what stands behind the cut, up to the value. */
  static void behind(SampleLine line, boolean labelled, Target out)
      throws MemoryExhaustedException {
    if (!labelled) {
      return;
    }
    for (int i = 0; i < line.labelCount(); i++) {
      if (goesLast(line, i)) {
        put(COMMA, out);
        label(line, i, false, out);
      }
    }
    put(CLOSE, out);
  }

  private static void bareLabels(SampleLine line, Target out) throws MemoryExhaustedException {
    for (int i = 0; i < line.labelCount(); i++) {
      put(i == 0 ? OPEN : COMMA, out);
      label(line, i, false, out);
    }
    put(line.labelCount() > 0 ? CLOSE : BLANK, out);
  }

  private static void label(SampleLine line, int i, boolean renameOurs, Target out)
      throws MemoryExhaustedException {
    for (int times = renameOurs ? exports(line, i) : 0; times > 0; times--) {
      put(EXPORTED, out);
    }
    out.put(line.text(), line.labelNameStart(i), line.labelNameEnd(i) - line.labelNameStart(i));
    put(QUOTED, out);
    out.put(line.text(), line.labelValueStart(i), line.labelValueEnd(i) - line.labelValueStart(i));
    put(QUOTE, out);
  }

  private static int exports(SampleLine line, int label) {
    if (!isOurs(line, label)) {
      return 0;
    }
    int times = 1;
    while (hasExported(line, label, times)) {
      times++;
    }
    return times;
  }

  /** Whether a label is named like another with {@code exported_} that many times in front. */
  private static boolean hasExported(SampleLine line, int label, int times) {
    byte[] text = line.text();
    int from = line.labelNameStart(label);
    int to = line.labelNameEnd(label);
    int prefix = times * EXPORTED.length;
    for (int i = 0; i < line.labelCount(); i++) {
      int at = line.labelNameStart(i);
      if (line.labelNameEnd(i) - at == prefix + to - from
          && Arrays.equals(text, at + prefix, line.labelNameEnd(i), text, from, to)
          && isExported(text, at, times)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isExported(byte[] text, int from, int times) {
    for (int at = from; at < from + times * EXPORTED.length; at += EXPORTED.length) {
      if (!Arrays.equals(text, at, at + EXPORTED.length, EXPORTED, 0, EXPORTED.length)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOurs(SampleLine line, int label) {
    for (var name : OURS) {
      if (isNamed(line, label, name)) {
        return true;
      }
    }
    return false;
  }

  static boolean goesLast(SampleLine line, int label) {
    return isNamed(line, label, LE) || isNamed(line, label, QUANTILE);
  }

  private static boolean isNamed(SampleLine line, int label, byte[] name) {
    return Arrays.equals(
        line.text(), line.labelNameStart(label), line.labelNameEnd(label), name, 0, name.length);
  }

  private static void put(byte[] bytes, Target out) throws MemoryExhaustedException {
    out.put(bytes, 0, bytes.length);
  }
}
