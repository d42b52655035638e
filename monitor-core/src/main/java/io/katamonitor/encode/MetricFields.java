package io.katamonitor.encode;

import io.katamonitor.exposition.FamilyType;

/**
 * Tags of {@code io.prometheus.client} (prometheus/client_model, {@code metrics.proto}): field
 * number times eight, plus the wire type. Stateless.
 */
final class MetricFields {
  // MetricFamily
  static final int FAMILY_NAME = 0x0A;
  static final int FAMILY_HELP = 0x12;
  static final int FAMILY_TYPE = 0x18;
  static final int FAMILY_METRIC = 0x22;

  // Metric
  static final int METRIC_LABEL = 0x0A;
  static final int METRIC_GAUGE = 0x12;
  static final int METRIC_COUNTER = 0x1A;
  static final int METRIC_SUMMARY = 0x22;
  static final int METRIC_UNTYPED = 0x2A;
  static final int METRIC_TIMESTAMP = 0x30;
  static final int METRIC_HISTOGRAM = 0x3A;

  // LabelPair
  static final int PAIR_NAME = 0x0A;
  static final int PAIR_VALUE = 0x12;

  // Gauge, Counter, Untyped
  static final int VALUE = 0x09;

  // Histogram and Summary
  static final int SAMPLE_COUNT = 0x08;
  static final int SAMPLE_SUM = 0x11;
  static final int BUCKET_OR_QUANTILE = 0x1A;

  // Bucket
  static final int CUMULATIVE_COUNT = 0x08;
  static final int UPPER_BOUND = 0x11;

  // Quantile
  static final int QUANTILE = 0x09;
  static final int QUANTILE_VALUE = 0x11;

  /** A Gauge, Counter or Untyped message in a Metric: its tag, its length, a tag and a float64. */
  static final int VALUE_BYTES = 11;

  /** The bytes before the float64 of such a message. */
  static final int VALUE_HEADER_BYTES = 3;

  private MetricFields() {}

  /** The number of the type in {@code MetricType}. */
  static int typeNumber(FamilyType type) {
    return switch (type) {
      case COUNTER -> 0;
      case GAUGE -> 1;
      case SUMMARY -> 2;
      case UNTYPED -> 3;
      case HISTOGRAM -> 4;
    };
  }

  /** The field of a Metric that holds a value of this type. */
  static int valueTag(FamilyType type) {
    return switch (type) {
      case COUNTER -> METRIC_COUNTER;
      case GAUGE -> METRIC_GAUGE;
      case SUMMARY -> METRIC_SUMMARY;
      case UNTYPED -> METRIC_UNTYPED;
      case HISTOGRAM -> METRIC_HISTOGRAM;
    };
  }
}
