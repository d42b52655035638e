package io.katamonitor.response;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.proto.prometheus.Metric;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one sandbox's family takes of the heap is bounded. */
class MetricMessagesTest {
  private final List<Metric> made = new ArrayList<>();

  private static void take(MetricMessages messages, String text, int piece) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    for (int from = 0; from < bytes.length; from += piece) {
      messages.take(bytes, from, Math.min(piece, bytes.length - from));
    }
  }

  @Test
  void manySeriesOfAHistogramAreNotGatheredAllAtOnce() {
    var messages = new MetricMessages("kata_h", FamilyType.HISTOGRAM, made::add);
    for (int i = 0; i < 40_000; i++) {
      take(messages, "kata_h_count{n=\"" + i + "\",sandbox_id=\"a\"} 1\n", 100);
    }
    assertThat(made).hasSizeGreaterThan(10_000);
    messages.end();
    assertThat(made).hasSize(40_000);
  }

  @Test
  void manyBucketsOfAHistogramAreNotGatheredAllAtOnce() {
    var messages = new MetricMessages("kata_h", FamilyType.HISTOGRAM, made::add);
    for (int i = 0; i < 100_000; i++) {
      take(messages, "kata_h_bucket{sandbox_id=\"a\",le=\"" + i + "\"} 1\n", 100);
    }
    assertThat(made).isNotEmpty();
    messages.end();
    assertThat(made.stream().mapToInt(metric -> metric.getHistogram().getBucketCount()).sum())
        .isEqualTo(100_000);
  }

  @Test
  void aLineTooLongIsLeftOutAloneInWhateverPiecesItComes() {
    var text =
        "kata_a{b=\"1\"} 1\nkata_a{b=\"%s\"} 2\nkata_a{b=\"3\"} 3\n"
            .formatted("x".repeat(MetricMessages.MAX_LINE));
    for (int piece : new int[] {100, 64 * 1024, text.length()}) {
      made.clear();
      var messages = new MetricMessages("kata_a", FamilyType.GAUGE, made::add);
      take(messages, text, piece);
      messages.end();
      assertThat(made).extracting(metric -> metric.getGauge().getValue()).containsExactly(1.0, 3.0);
    }
  }
}
