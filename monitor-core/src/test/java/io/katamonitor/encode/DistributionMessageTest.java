package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.proto.prometheus.Bucket;
import io.katamonitor.proto.prometheus.Histogram;
import io.katamonitor.proto.prometheus.Metric;
import io.katamonitor.proto.prometheus.Quantile;
import io.katamonitor.proto.prometheus.Summary;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DistributionMessageTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private final DistributionMessage message = new DistributionMessage();

  private byte[] written() {
    var block = new Block();
    message.write(block, new LineOffsets());
    assertThat(message.length()).isEqualTo(block.length());
    return Arrays.copyOf(block.bytes(), block.length());
  }

  private void histogram(double count, double... boundsAndCounts) {
    message.clear(FamilyType.HISTOGRAM, DistributionMessage.NO_TIMESTAMP);
    message.setCount(count);
    message.setSum(0.5);
    for (int i = 0; i < boundsAndCounts.length; i += 2) {
      message.add(boundsAndCounts[i], boundsAndCounts[i + 1]);
    }
  }

  @Test
  void encodesAHistogramAsGeneratedMessagesDo() throws Exception {
    message.clear(FamilyType.HISTOGRAM, 1_700_000_000_000L);
    message.setSum(-2.5);
    message.setCount(300);
    var expected = Histogram.newBuilder().setSampleCount(300).setSampleSum(-2.5);
    for (int i = 0; i < 100; i++) {
      message.add(i, i * 3);
      expected.addBucket(Bucket.newBuilder().setUpperBound(i).setCumulativeCount(i * 3L));
    }
    message.add(INFINITY, 300);
    expected.addBucket(Bucket.newBuilder().setUpperBound(INFINITY).setCumulativeCount(300));

    assertThat(message.isExact()).isTrue();
    var metric = Metric.parseFrom(written());
    assertThat(metric)
        .isEqualTo(
            Metric.newBuilder().setHistogram(expected).setTimestampMs(1_700_000_000_000L).build());
    assertThat(written()).as("the timestamp stands before it").startsWith(0x30);
  }

  @Test
  void encodesATimeBefore1970() throws Exception {
    message.clear(FamilyType.SUMMARY, -1);
    message.setCount(1);
    message.setSum(2);

    assertThat(Metric.parseFrom(written()).getTimestampMs()).isEqualTo(-1);
    assertThat(message.length()).isEqualTo(written().length);
  }

  @Test
  void encodesASummaryAsGeneratedMessagesDo() throws Exception {
    message.clear(FamilyType.SUMMARY, 0);
    message.setCount(7);
    message.setSum(Double.NaN);
    message.add(0.5, Double.NaN);
    message.add(0.99, 1e300);

    assertThat(message.isExact()).isTrue();
    var expected =
        Metric.newBuilder()
            .setTimestampMs(0)
            .setSummary(
                Summary.newBuilder()
                    .setSampleCount(7)
                    .setSampleSum(Double.NaN)
                    .addQuantile(Quantile.newBuilder().setQuantile(0.5).setValue(Double.NaN))
                    .addQuantile(Quantile.newBuilder().setQuantile(0.99).setValue(1e300)))
            .build();
    assertThat(Metric.parseFrom(written())).isEqualTo(expected);
    assertThat(written()).isEqualTo(expected.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 0.5, Double.NaN, Double.POSITIVE_INFINITY, 0x1p63})
  void isNotExactIfACountIsNotAWholeNumber(double count) {
    histogram(count, INFINITY, 1);
    assertThat(message.isExact()).isFalse();
    histogram(1, 1, count, INFINITY, 1);
    assertThat(message.isExact()).isFalse();
  }

  @Test
  void isExactUpToTheLargestCount() {
    histogram(0x1p62, INFINITY, 0x1.fffffffffffffp62);
    assertThat(message.isExact()).isTrue();
  }

  @Test
  void isNotExactWithoutABucketOfInfinityAtTheEnd() {
    histogram(1);
    assertThat(message.isExact()).isFalse();
    histogram(1, 5, 1);
    assertThat(message.isExact()).isFalse();
    histogram(1, INFINITY, 1, 5, 1);
    assertThat(message.isExact()).isFalse();
    histogram(1, 5, 1, INFINITY, 1);
    assertThat(message.isExact()).isTrue();
  }

  @Test
  void isNotExactUnlessThereAreOneSumAndOneCount() {
    histogram(1, INFINITY, 1);
    message.setSum(1);
    assertThat(message.isExact()).isFalse();
    histogram(1, INFINITY, 1);
    message.setCount(1);
    assertThat(message.isExact()).isFalse();
    message.clear(FamilyType.SUMMARY, DistributionMessage.NO_TIMESTAMP);
    message.setSum(1);
    assertThat(message.isExact()).isFalse();
    message.setCount(1);
    assertThat(message.isExact()).as("a summary without quantiles").isTrue();
  }
}
