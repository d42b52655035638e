package io.katamonitor.encode;

import io.katamonitor.exposition.FamilyType;
import java.util.Arrays;

/**
 * Numbers of one histogram or summary, and its encoding as the field of a {@code Metric}. Reusable.
 * Confined to one thread.
 *
 * <p>A message can stand for the samples of a histogram only if Prometheus makes the same series of
 * both: there is one sum and one count, the last bucket is that of {@code +Inf}, and counts are
 * whole numbers. {@link #isExact} tells.
 */
final class DistributionMessage {
  /** Timestamp of samples without one. */
  static final long NO_TIMESTAMP = -1;

  private FamilyType type = FamilyType.HISTOGRAM;
  private double sampleCount;
  private double sampleSum;
  private double[] bounds = new double[32];
  private double[] values = new double[32];
  private int size;
  private int counts;
  private int sums;
  private long timestamp = NO_TIMESTAMP;

  /** Starts a histogram or summary. */
  void clear(FamilyType of, long timestampMillis) {
    type = of;
    timestamp = timestampMillis;
    size = 0;
    counts = 0;
    sums = 0;
  }

  void setCount(double value) {
    sampleCount = value;
    counts++;
  }

  void setSum(double value) {
    sampleSum = value;
    sums++;
  }

  /** Adds a bucket (upper bound, cumulative count) or a quantile (quantile, value). */
  void add(double bound, double value) {
    if (size == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    bounds[size] = bound;
    values[size] = value;
    size++;
  }

  /** Whether the message stands for exactly the samples that were added. */
  boolean isExact() {
    if (counts != 1 || sums != 1 || !isWhole(sampleCount)) {
      return false;
    }
    if (type == FamilyType.SUMMARY) {
      return true;
    }
    if (size == 0 || bounds[size - 1] != Double.POSITIVE_INFINITY) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      if (!isWhole(values[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether the value is the same after a conversion to an unsigned 64-bit integer. */
  private static boolean isWhole(double value) {
    return value >= 0 && value < 0x1p63 && value == (double) (long) value;
  }

  /** Length of the fields after the labels of a Metric. */
  int length() {
    int payload = payloadLength();
    int time = timestamp == NO_TIMESTAMP ? 0 : 1 + Block.varintLength(timestamp);
    return time + 1 + Block.varintLength(payload) + payload;
  }

  private int payloadLength() {
    int length = 1 + Block.varintLength((long) sampleCount) + 1 + Double.BYTES;
    for (int i = 0; i < size; i++) {
      length += 2 + elementLength(i);
    }
    return length;
  }

  private int elementLength(int i) {
    return type == FamilyType.HISTOGRAM
        ? 1 + Block.varintLength((long) values[i]) + 1 + Double.BYTES
        : 2 + 2 * Double.BYTES;
  }

  /** Writes the fields after the labels: the timestamp stands before a histogram. */
  void write(Block block) {
    if (type == FamilyType.HISTOGRAM) {
      writeTimestamp(block);
    }
    block.writeByte(MetricFields.valueTag(type));
    block.writeVarint(payloadLength());
    block.writeByte(MetricFields.SAMPLE_COUNT);
    block.writeVarint((long) sampleCount);
    block.writeByte(MetricFields.SAMPLE_SUM);
    block.writeDouble(sampleSum);
    for (int i = 0; i < size; i++) {
      block.writeByte(MetricFields.BUCKET_OR_QUANTILE);
      block.writeByte(elementLength(i));
      if (type == FamilyType.HISTOGRAM) {
        block.writeByte(MetricFields.CUMULATIVE_COUNT);
        block.writeVarint((long) values[i]);
        block.writeByte(MetricFields.UPPER_BOUND);
        block.writeDouble(bounds[i]);
      } else {
        block.writeByte(MetricFields.QUANTILE);
        block.writeDouble(bounds[i]);
        block.writeByte(MetricFields.QUANTILE_VALUE);
        block.writeDouble(values[i]);
      }
    }
    if (type == FamilyType.SUMMARY) {
      writeTimestamp(block);
    }
  }

  private void writeTimestamp(Block block) {
    if (timestamp != NO_TIMESTAMP) {
      block.writeByte(MetricFields.METRIC_TIMESTAMP);
      block.writeVarint(timestamp);
    }
  }

  /** Frees what an unusually large histogram needed: 4 KiB are kept at most. */
  void shrink() {
    if (bounds.length > 256) {
      bounds = new double[32];
      values = new double[32];
    }
  }
}
