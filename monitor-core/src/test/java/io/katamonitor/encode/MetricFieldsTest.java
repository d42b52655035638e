package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.proto.prometheus.Bucket;
import io.katamonitor.proto.prometheus.Gauge;
import io.katamonitor.proto.prometheus.Histogram;
import io.katamonitor.proto.prometheus.LabelPair;
import io.katamonitor.proto.prometheus.Metric;
import io.katamonitor.proto.prometheus.MetricFamily;
import io.katamonitor.proto.prometheus.MetricType;
import io.katamonitor.proto.prometheus.Quantile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricFieldsTest {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;

  private static int tag(int field, int wireType) {
    return field << 3 | wireType;
  }

  @Test
  void tagsAreThoseOfTheGeneratedMessages() {
    assertThat(MetricFields.FAMILY_NAME).isEqualTo(tag(MetricFamily.NAME_FIELD_NUMBER, BYTES));
    assertThat(MetricFields.FAMILY_HELP).isEqualTo(tag(MetricFamily.HELP_FIELD_NUMBER, BYTES));
    assertThat(MetricFields.FAMILY_TYPE).isEqualTo(tag(MetricFamily.TYPE_FIELD_NUMBER, VARINT));
    assertThat(MetricFields.FAMILY_METRIC).isEqualTo(tag(MetricFamily.METRIC_FIELD_NUMBER, BYTES));
    assertThat(MetricFields.METRIC_LABEL).isEqualTo(tag(Metric.LABEL_FIELD_NUMBER, BYTES));
    assertThat(MetricFields.METRIC_GAUGE).isEqualTo(tag(Metric.GAUGE_FIELD_NUMBER, BYTES));
    assertThat(MetricFields.METRIC_COUNTER).isEqualTo(tag(Metric.COUNTER_FIELD_NUMBER, BYTES));
    assertThat(MetricFields.METRIC_SUMMARY).isEqualTo(tag(Metric.SUMMARY_FIELD_NUMBER, BYTES));
    assertThat(MetricFields.METRIC_UNTYPED).isEqualTo(tag(Metric.UNTYPED_FIELD_NUMBER, BYTES));
    assertThat(MetricFields.METRIC_HISTOGRAM).isEqualTo(tag(Metric.HISTOGRAM_FIELD_NUMBER, BYTES));
    assertThat(MetricFields.METRIC_TIMESTAMP)
        .isEqualTo(tag(Metric.TIMESTAMP_MS_FIELD_NUMBER, VARINT));
    assertThat(MetricFields.PAIR_NAME).isEqualTo(tag(LabelPair.NAME_FIELD_NUMBER, BYTES));
    assertThat(MetricFields.PAIR_VALUE).isEqualTo(tag(LabelPair.VALUE_FIELD_NUMBER, BYTES));
    assertThat(MetricFields.VALUE).isEqualTo(tag(Gauge.VALUE_FIELD_NUMBER, FIXED64));
    assertThat(MetricFields.SAMPLE_COUNT)
        .isEqualTo(tag(Histogram.SAMPLE_COUNT_FIELD_NUMBER, VARINT));
    assertThat(MetricFields.SAMPLE_SUM).isEqualTo(tag(Histogram.SAMPLE_SUM_FIELD_NUMBER, FIXED64));
    assertThat(MetricFields.BUCKET_OR_QUANTILE)
        .isEqualTo(tag(Histogram.BUCKET_FIELD_NUMBER, BYTES));
    assertThat(MetricFields.CUMULATIVE_COUNT)
        .isEqualTo(tag(Bucket.CUMULATIVE_COUNT_FIELD_NUMBER, VARINT));
    assertThat(MetricFields.UPPER_BOUND).isEqualTo(tag(Bucket.UPPER_BOUND_FIELD_NUMBER, FIXED64));
    assertThat(MetricFields.QUANTILE).isEqualTo(tag(Quantile.QUANTILE_FIELD_NUMBER, FIXED64));
    assertThat(MetricFields.QUANTILE_VALUE).isEqualTo(tag(Quantile.VALUE_FIELD_NUMBER, FIXED64));
  }

  @ParameterizedTest
  @EnumSource
  void typesHaveTheNumbersOfTheGeneratedEnum(FamilyType type) {
    assertThat(MetricType.forNumber(MetricFields.typeNumber(type))).hasToString(type.name());
    assertThat(MetricFields.valueTag(type) & 7).isEqualTo(BYTES);
  }
}
