package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.encode.ScrapingPrometheus.Target;
import io.katamonitor.template.DecodedBody;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Conflicting declarations in real Prometheus servers, one of which scrapes text and the other
 * protobuf of the same nodes: for any declared types, all samples arrive under their names.
 */
@Tag("system")
class ConflictsInPrometheusTest {
  private static final String HISTOGRAM =
      """
      # TYPE kata_x histogram
      kata_x_bucket{le="1"} 1
      kata_x_bucket{le="2.5"} 2
      kata_x_bucket{le="+Inf"} 3
      kata_x_sum 4.5
      kata_x_count 3
      """;
  private static final String GAUGE = "# TYPE kata_x gauge\nkata_x 1\n";
  private static final String SUMMARY =
      "# TYPE kata_x summary\nkata_x{quantile=\"0.50\"} 1\nkata_x_sum 2\nkata_x_count 1\n";
  private static final String COUNT = "# TYPE kata_x_count counter\nkata_x_count 9\n";
  private static final String COUNTER = "# TYPE kata_x counter\nkata_x{a=\"b\"} 5\n";
  private static final String WELL = new String(HostileBodiesTest.WELL, ISO_8859_1);

  /** Bodies by the name of a node. */
  private static final Map<String, List<String>> NODES =
      Map.of(
          "well", List.of(WELL, WELL, WELL),
          "two-hostile-that-agree", List.of(GAUGE, HISTOGRAM, GAUGE),
          "two-hostile-that-disagree", List.of(GAUGE, HISTOGRAM, SUMMARY),
          "tie", List.of(HISTOGRAM, GAUGE),
          "tie-the-other-way-about", List.of(COUNTER, HISTOGRAM),
          "histogram-has-the-majority", List.of(COUNT, HISTOGRAM, HISTOGRAM),
          "count-has-the-majority", List.of(COUNT, HISTOGRAM, COUNT),
          "odd-histograms",
              List.of(
                  HISTOGRAM.replace(" 2\n", " 1.5\n"),
                  HISTOGRAM.replace("kata_x_sum 4.5\n", ""),
                  HISTOGRAM + "kata_x 7\n",
                  HISTOGRAM.replace("le=\"1\"", "a=\"\\\\ \\\"\",le=\"1e0\"")),
          "labels", List.of("kata_x{cri_uid=\"x\",a=\"\u00c3\u00a9 \\\\ \\\" \\n\"} 1\n", GAUGE));

  private static Target node(List<String> bodies) {
    return new NodeTarget() {
      @Override
      List<String> bodies() {
        return bodies;
      }
    };
  }

  /** A node that responds in the format that Prometheus requests. */
  private abstract static class NodeTarget implements Target {
    private final MergedNode node = new MergedNode();

    /** The node is confined to it. */
    private final Executor thread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

    abstract List<String> bodies();

    @Override
    public byte[] respond(ResponseFormat accept) {
      return CompletableFuture.supplyAsync(() -> encode(accept), thread).join();
    }

    private byte[] encode(ResponseFormat accept) {
      node.templates().beginScrape();
      var decoded = new ArrayList<@Nullable DecodedBody>();
      for (var body : bodies()) {
        decoded.add(node.decode(body.getBytes(ISO_8859_1)));
      }
      var families = node.merge(decoded);
      byte[] response = node.encode(families, accept.protobuf(), false);
      families.release();
      return response;
    }
  }

  private static Map<String, Target> targets() {
    var targets = new TreeMap<String, Target>();
    NODES.forEach((name, bodies) -> targets.put(name, node(bodies)));
    return targets;
  }

  private static String text(List<String> bodies) {
    return new String(node(bodies).respond(new ResponseFormat(false, false, null)), ISO_8859_1);
  }

  @Test
  void prometheusReadsTheSameSeriesFromTextAndProtobuf() throws Exception {
    for (var flags : List.of(new String[0], new String[] {ScrapingPrometheus.PROTOBUF})) {
      var requested = new AtomicInteger();
      var targets = targets();
      targets.put(
          "requested",
          accept -> {
            requested.addAndGet(accept.protobuf() ? 1 : 0);
            return new byte[0];
          });
      try (var prometheus = new ScrapingPrometheus(targets, flags)) {
        assertThat(prometheus.complaints()).isEmpty();
        for (var node : NODES.entrySet()) {
          prometheus.awaitScrapes(node.getKey(), 1);
          var stored = prometheus.samples("{__name__=~\"kata_.*\",job=\"" + node.getKey() + "\"}");
          assertThat(HostileNodesTest.samples(stored))
              .as(node.getKey())
              .isEqualTo(HostileNodesTest.samples(text(node.getValue())));
        }
      }
      assertThat(requested.get() > 0).as("protobuf is requested").isEqualTo(flags.length > 0);
    }
  }

  @Test
  void sandboxThatChangesItsTypeDoesNotAffectOtherSeries() throws Exception {
    var changing = List.of(HISTOGRAM, GAUGE, COUNT, SUMMARY, COUNTER, COUNT + GAUGE);
    for (var flags : List.of(new String[0], new String[] {ScrapingPrometheus.PROTOBUF})) {
      var bodies = new ArrayList<>(Collections.nCopies(100, HISTOGRAM));
      var scrapes = new AtomicInteger();
      Target target =
          new NodeTarget() {
            @Override
            List<String> bodies() {
              bodies.set(37, changing.get(scrapes.getAndIncrement() % changing.size()));
              return bodies;
            }
          };
      try (var prometheus = new ScrapingPrometheus(Map.of("changing", target), flags)) {
        assertThat(prometheus.complaints()).isEmpty();
        prometheus.awaitScrapes("changing", changing.size());
        var honest = "{__name__=~\"kata_.*\",sandbox_id!=\"sandbox-37\"}";
        // For any type of one: 99 sandboxes with 5 series, which neither appear nor disappear.
        for (var expression :
            List.of(
                "count(last_over_time(" + honest + "[10m]))",
                "min_over_time(count(" + honest + ")[10m:500ms])",
                "max_over_time(count(" + honest + ")[10m:500ms])")) {
          assertThat(prometheus.query(expression)).as(expression).contains(",\"495\"]");
        }
        assertThat(prometheus.query("min(min_over_time(up[10m]))")).contains(",\"1\"]");
      }
    }
  }
}
