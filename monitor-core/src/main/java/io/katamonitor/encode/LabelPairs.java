package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

/**
 * Encodes the labels of a canonical series as fields {@code label} of a {@code Metric} message.
 *
 * <pre>{@code
 * a="x\\y"   0A 08  0A 01 61  12 03 78 5C 79
 * }</pre>
 *
 * <p>Reusable. Confined to one thread.
 */
final class LabelPairs {
  private static final byte[] EXPORTED = "exported_".getBytes(US_ASCII);

  private final CanonicalSeries labels = new CanonicalSeries();

  /** Length of the labels of {@code [from, to)}, which is a prefix. */
  int prefixLength(byte[] series, int from, int to) {
    labels.openPrefix(series, from, to);
    int length = 0;
    while (labels.next()) {
      length += fieldLength(0);
    }
    return length;
  }

  void writePrefix(byte[] series, int from, int to, Block block) {
    labels.openPrefix(series, from, to);
    while (labels.next()) {
      writeField(0, block);
    }
  }

  /**
   * Length of the labels of {@code [from, to)}, which is a suffix.
   *
   * @param leftOut the name of a label that is not encoded; null for none
   * @param exported the name of a label that is renamed by {@code exported_} before it, as often as
   *     a name needs it; null for none
   */
  int suffixLength(
      byte[] series,
      int from,
      int to,
      byte @Nullable [] leftOut,
      byte @Nullable [] exported,
      int times) {
    labels.openSuffix(series, from, to);
    int length = 0;
    while (labels.next()) {
      if (leftOut == null || !labels.isNamed(leftOut)) {
        length += fieldLength(exported != null && labels.isNamed(exported) ? times : 0);
      }
    }
    return length;
  }

  /** Writes what {@link #suffixLength} measures. */
  void writeSuffix(
      byte[] series,
      int from,
      int to,
      byte @Nullable [] leftOut,
      byte @Nullable [] exported,
      int times,
      Block block) {
    labels.openSuffix(series, from, to);
    while (labels.next()) {
      if (leftOut == null || !labels.isNamed(leftOut)) {
        writeField(exported != null && labels.isNamed(exported) ? times : 0, block);
      }
    }
  }

  private int nameLength(int exported) {
    return exported * EXPORTED.length + labels.nameEnd() - labels.nameStart();
  }

  private int pairLength(int exported) {
    int name = nameLength(exported);
    int value = labels.unescapedLength();
    return 2 + Block.varintLength(name) + name + Block.varintLength(value) + value;
  }

  private int fieldLength(int exported) {
    int pair = pairLength(exported);
    return 1 + Block.varintLength(pair) + pair;
  }

  private void writeField(int exported, Block block) {
    block.writeByte(MetricFields.METRIC_LABEL);
    block.writeVarint(pairLength(exported));
    block.writeByte(MetricFields.PAIR_NAME);
    block.writeVarint(nameLength(exported));
    for (int i = 0; i < exported; i++) {
      block.write(EXPORTED);
    }
    block.write(labels.bytes(), labels.nameStart(), labels.nameEnd() - labels.nameStart());
    block.writeByte(MetricFields.PAIR_VALUE);
    block.writeVarint(labels.unescapedLength());
    writeUnescaped(labels.bytes(), labels.valueStart(), labels.valueEnd(), block);
  }

  /** Writes a label value or HELP text without its escapes. */
  static void writeUnescaped(byte[] text, int from, int to, Block block) {
    int start = from;
    for (int i = from; i < to; i++) {
      if (text[i] == '\\') {
        block.write(text, start, i - start);
        i++;
        block.writeByte(text[i] == 'n' ? '\n' : text[i]);
        start = i + 1;
      }
    }
    block.write(text, start, to - start);
  }

  /** Length of a label value or HELP text without its escapes. */
  static int unescapedLength(byte[] text) {
    int length = 0;
    for (int i = 0; i < text.length; i++) {
      i += text[i] == '\\' ? 1 : 0;
      length++;
    }
    return length;
  }
}
