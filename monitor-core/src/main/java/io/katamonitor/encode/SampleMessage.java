package io.katamonitor.encode;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SampleNumber;
import io.katamonitor.merge.LabelBytes;
import io.katamonitor.template.SegmentLines;
import org.jspecify.annotations.Nullable;

/**
 * Encodes one sample as a {@code Metric} message with a gauge, counter or untyped value: the path
 * for samples that are not spliced. {@link #open} measures, {@link #write} writes the same message.
 * Reusable. Confined to one thread.
 */
final class SampleMessage {
  private final LabelPairs pairs = new LabelPairs();
  private final CanonicalSeries suffix = new CanonicalSeries();
  private byte @Nullable [] exported;
  private int exportedTimes;
  private int length;

  /**
   * Measures the message of the current sample.
   *
   * @param bounds the type of the family to which the sample belongs in text, if its sandbox
   *     declares another: a bound that is not a number is then renamed, as by {@link BoundExporter}
   * @return length of the message without its tag and length
   */
  int open(SegmentLines lines, LabelBytes labels, @Nullable FamilyType bounds) {
    findExported(lines, bounds);
    length =
        pairs.prefixLength(lines.series(), lines.prefixStart(), lines.prefixEnd())
            + labels.length()
            + pairs.suffixLength(
                lines.series(), lines.prefixEnd(), lines.suffixEnd(), null, exported, exportedTimes)
            + MetricFields.VALUE_BYTES;
    int timestamp = timestampStart(lines);
    if (timestamp < lines.valueEnd()) {
      length += 1 + Block.varintLength(timestamp(lines, timestamp));
    }
    return length;
  }

  private void findExported(SegmentLines lines, @Nullable FamilyType bounds) {
    exported = null;
    if (bounds == null || !bounds.hasParts()) {
      return;
    }
    suffix.openSuffix(lines.series(), lines.prefixEnd(), lines.suffixEnd());
    while (suffix.next()) {
      if (BoundExporter.isUnreadable(suffix, bounds)) {
        exported = BoundExporter.boundName(bounds);
        exportedTimes = BoundExporter.prefixesOf(lines, suffix.nameStart(), suffix.nameEnd());
      }
    }
  }

  /** Writes the message that was measured, with tag and length. */
  void write(SegmentLines lines, LabelBytes labels, FamilyType type, Block block) {
    block.writeByte(MetricFields.FAMILY_METRIC);
    block.writeVarint(length);
    pairs.writePrefix(lines.series(), lines.prefixStart(), lines.prefixEnd(), block);
    block.write(labels.bytes());
    pairs.writeSuffix(
        lines.series(), lines.prefixEnd(), lines.suffixEnd(), null, exported, exportedTimes, block);
    block.writeByte(MetricFields.valueTag(type));
    block.writeByte(1 + Double.BYTES);
    block.writeByte(MetricFields.VALUE);
    int timestamp = timestampStart(lines);
    int valueEnd = timestamp < lines.valueEnd() ? timestamp - 1 : lines.valueEnd();
    block.writeDouble(SampleNumber.parse(lines.values(), lines.valueStart(), valueEnd));
    if (timestamp < lines.valueEnd()) {
      block.writeByte(MetricFields.METRIC_TIMESTAMP);
      block.writeVarint(timestamp(lines, timestamp));
    }
  }

  /** Start of the timestamp of the current sample; end of the value if it has none. */
  static int timestampStart(SegmentLines lines) {
    byte[] values = lines.values();
    for (int i = lines.valueStart(); i < lines.valueEnd(); i++) {
      if (values[i] == ' ') {
        return i + 1;
      }
    }
    return lines.valueEnd();
  }

  static long timestamp(SegmentLines lines, int start) {
    return SampleNumber.parseTimestamp(lines.values(), start, lines.valueEnd());
  }
}
