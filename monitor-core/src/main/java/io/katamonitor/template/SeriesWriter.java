package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.katamonitor.exposition.SampleLine;
import java.util.Arrays;

/**
 * Writes the canonical form of a sample's series in two pieces, between which the labels of a
 * sandbox are inserted:
 *
 * <pre>{@code
 * received:  x_bucket { le="1" , a="b", sandbox_id="z" } 5
 * prefix:    x_bucket{a="b",exported_sandbox_id="z",
 * suffix:    ,le="1"}⎵
 * }</pre>
 *
 * <p>{@code le} and {@code quantile} stand last, as in the output of Go's client. A label with one
 * of the names that the monitor adds gets {@code exported_} before it, as often as needed to be
 * unique, as Prometheus does with a scraped label that has the name of a target's label. Stateless
 * but for the buffer: confined to one thread.
 */
final class SeriesWriter {
  private static final byte[] EXPORTED = ascii("exported_");
  private static final byte[] EQUALS_QUOTE = ascii("=\"");
  private static final byte[] LE = ascii("le");
  private static final byte[] QUANTILE = ascii("quantile");

  private final NamingPolicy policy;
  private byte[] bytes = new byte[512];
  private int length;

  SeriesWriter(NamingPolicy policy) {
    this.policy = policy;
  }

  /** What was written; valid until the next write. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  /** Appends the prefix: the name and the labels before those of the sandbox. */
  void writePrefix(SampleLine line, Family family) {
    write(family.prefix(), 0, family.prefix().length);
    write(line.text(), line.nameStart(), line.nameEnd());
    write('{');
    for (int i = 0; i < line.labelCount(); i++) {
      if (!isBound(line, i)) {
        writeLabel(line, i);
        write(',');
      }
    }
  }

  /** Appends the suffix: the bound of a bucket or quantile, the closing brace and a blank. */
  void writeSuffix(SampleLine line) {
    for (int i = 0; i < line.labelCount(); i++) {
      if (isBound(line, i)) {
        write(',');
        writeLabel(line, i);
      }
    }
    write('}');
    write(' ');
  }

  private static boolean isBound(SampleLine line, int label) {
    return line.isLabelNamed(label, LE) || line.isLabelNamed(label, QUANTILE);
  }

  private void writeLabel(SampleLine line, int label) {
    for (int i = exportedPrefixes(line, label); i > 0; i--) {
      write(EXPORTED, 0, EXPORTED.length);
    }
    write(line.text(), line.labelNameStart(label), line.labelNameEnd(label));
    write(EQUALS_QUOTE, 0, EQUALS_QUOTE.length);
    write(line.text(), line.labelValueStart(label), line.labelValueEnd(label));
    write('"');
  }

  private int exportedPrefixes(SampleLine line, int label) {
    if (!policy.isAddedLabel(line.text(), line.labelNameStart(label), line.labelNameEnd(label))) {
      return 0;
    }
    int prefixes = 1;
    while (hasExported(line, label, prefixes)) {
      prefixes++;
    }
    return prefixes;
  }

  /** Whether another label has this one's name after that many {@code exported_}. */
  private static boolean hasExported(SampleLine line, int label, int prefixes) {
    byte[] text = line.text();
    int from = line.labelNameStart(label);
    int to = line.labelNameEnd(label);
    int skipped = prefixes * EXPORTED.length;
    for (int i = 0; i < line.labelCount(); i++) {
      int start = line.labelNameStart(i);
      if (line.labelNameEnd(i) - start == skipped + to - from
          && Arrays.equals(text, start + skipped, line.labelNameEnd(i), text, from, to)
          && isExported(text, start, prefixes)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isExported(byte[] text, int from, int prefixes) {
    for (int i = 0; i < prefixes; i++) {
      int at = from + i * EXPORTED.length;
      if (!Arrays.equals(text, at, at + EXPORTED.length, EXPORTED, 0, EXPORTED.length)) {
        return false;
      }
    }
    return true;
  }

  private void write(char c) {
    ensure(1);
    bytes[length++] = (byte) c;
  }

  private void write(byte[] from, int start, int end) {
    ensure(end - start);
    System.arraycopy(from, start, bytes, length, end - start);
    length += end - start;
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
