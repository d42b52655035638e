package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SampleNumber;
import io.katamonitor.template.SegmentLines;
import java.util.Arrays;

/**
 * Writes the suffix of a sample that is encoded in a histogram or summary although its sandbox
 * declares another type. A label {@code le} or {@code quantile} that is not a number would make
 * Go's parser reject the whole response there; it is renamed to {@code exported_le} or {@code
 * exported_quantile}, with as many {@code exported_} as it takes to be unique. Confined to one
 * thread.
 */
final class BoundExporter {
  private static final byte[] EXPORTED = "exported_".getBytes(US_ASCII);

  private static final byte[] NONE = {};

  private final CanonicalSeries labels = new CanonicalSeries();

  /** Writes the suffix of the current sample, which stands in a family of this type. */
  void writeSuffix(SegmentLines lines, FamilyType type, Block block) {
    byte[] series = lines.series();
    labels.openSuffix(series, lines.prefixEnd(), lines.suffixEnd());
    int copied = lines.prefixEnd();
    while (labels.next()) {
      if (isUnreadable(labels, type)) {
        int nameStart = labels.nameStart();
        int nameEnd = labels.nameEnd();
        block.write(series, copied, nameStart - copied);
        for (int i = prefixesOf(lines, nameStart, nameEnd); i > 0; i--) {
          block.write(EXPORTED);
        }
        copied = nameStart;
        labels.openSuffix(series, nameStart, lines.suffixEnd());
        labels.next();
      }
    }
    block.write(series, copied, lines.suffixEnd() - copied);
  }

  /** Whether the label is read as a number in a family of this type, and is none. */
  static boolean isUnreadable(CanonicalSeries label, FamilyType type) {
    byte[] bound = boundName(type);
    return bound.length > 0
        && label.isNamed(bound)
        && !SampleNumber.isLegal(label.bytes(), label.valueStart(), label.valueEnd());
  }

  /** The label that is a number in a family of this type; empty if there is none. */
  static byte[] boundName(FamilyType type) {
    return type == FamilyType.HISTOGRAM
        ? CanonicalSeries.LE
        : type == FamilyType.SUMMARY ? CanonicalSeries.QUANTILE : NONE;
  }

  /** How often {@code exported_} is written before a name of the suffix. */
  static int prefixesOf(SegmentLines lines, int nameStart, int nameEnd) {
    byte[] series = lines.series();
    var others = new CanonicalSeries();
    int prefixes = 1;
    others.openPrefix(series, lines.prefixStart(), lines.prefixEnd());
    while (others.next()) {
      if (isExported(others, prefixes, series, nameStart, nameEnd)) {
        prefixes++;
        others.openPrefix(series, lines.prefixStart(), lines.prefixEnd());
      }
    }
    return prefixes;
  }

  private static boolean isExported(
      CanonicalSeries label, int prefixes, byte[] series, int nameStart, int nameEnd) {
    int from = label.nameStart();
    for (int i = 0; i < prefixes; i++, from += EXPORTED.length) {
      if (label.nameEnd() - from < EXPORTED.length
          || !Arrays.equals(series, from, from + EXPORTED.length, EXPORTED, 0, EXPORTED.length)) {
        return false;
      }
    }
    return Arrays.equals(series, from, label.nameEnd(), series, nameStart, nameEnd);
  }
}
