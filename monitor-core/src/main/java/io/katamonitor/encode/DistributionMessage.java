package io.katamonitor.encode;

import io.katamonitor.exposition.FamilyType;
import java.util.Arrays;

/**
 * Numbers of one histogram or summary, and its encoding as the field of a {@code Metric}. Reusable.
 * Confined to one thread.
 *
 * <p>A message can replace the samples of a histogram only if Prometheus makes the same series from
 * both: there is one sum and one count, the last bucket is that of {@code +Inf}, and counts are
 * whole numbers: {@link #isExact}.
 */
final class DistributionMessage {
  /** Timestamp of samples without one: -1 is a millisecond before 1970. */
  static final long NO_TIMESTAMP = Long.MIN_VALUE;

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

  /**
   * Writes the fields after the labels: the timestamp stands before a histogram.
   *
   * @param offsets gets the positions of the upper bounds
   */
  void write(Block block, LineOffsets offsets) {
    int payload = payloadLength();
    block.ensure(payload + 32);
    byte[] to = block.bytes();
    int at = block.length();
    if (type == FamilyType.HISTOGRAM) {
      at = putTimestamp(to, at);
    }
    to[at++] = (byte) MetricFields.valueTag(type);
    at = Block.putVarint(to, at, payload);
    to[at++] = MetricFields.SAMPLE_COUNT;
    at = Block.putVarint(to, at, (long) sampleCount);
    to[at++] = MetricFields.SAMPLE_SUM;
    Block.putDouble(to, at, sampleSum);
    at += Double.BYTES;
    at = type == FamilyType.HISTOGRAM ? putBuckets(to, at, offsets) : putQuantiles(to, at);
    if (type == FamilyType.SUMMARY) {
      at = putTimestamp(to, at);
    }
    block.setLength(at);
  }

  private int putBuckets(byte[] to, int start, LineOffsets offsets) {
    int at = start;
    for (int i = 0; i < size; i++) {
      to[at++] = MetricFields.BUCKET_OR_QUANTILE;
      to[at++] = (byte) elementLength(i);
      to[at++] = MetricFields.CUMULATIVE_COUNT;
      at = Block.putVarint(to, at, (long) values[i]);
      offsets.addBound(at);
      to[at++] = MetricFields.UPPER_BOUND;
      Block.putDouble(to, at, bounds[i]);
      at += Double.BYTES;
    }
    return at;
  }

  private int putQuantiles(byte[] to, int start) {
    int at = start;
    for (int i = 0; i < size; i++) {
      to[at++] = MetricFields.BUCKET_OR_QUANTILE;
      to[at++] = (byte) elementLength(i);
      to[at++] = MetricFields.QUANTILE;
      Block.putDouble(to, at, bounds[i]);
      at += Double.BYTES;
      to[at++] = MetricFields.QUANTILE_VALUE;
      Block.putDouble(to, at, values[i]);
      at += Double.BYTES;
    }
    return at;
  }

  private int putTimestamp(byte[] to, int at) {
    if (timestamp == NO_TIMESTAMP) {
      return at;
    }
    to[at] = MetricFields.METRIC_TIMESTAMP;
    return Block.putVarint(to, at + 1, timestamp);
  }

  /** Frees what an unusually large histogram needed: 4 KiB are kept at most. */
  void shrink() {
    if (bounds.length > 256) {
      bounds = new double[32];
      values = new double[32];
    }
  }
}
