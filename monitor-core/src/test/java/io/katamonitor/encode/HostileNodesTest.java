package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Nodes on which every other sandbox is hostile, scraped by a real Prometheus: afterwards it has
 * exactly the samples that the healthy ones sent.
 */
@Tag("system")
class HostileNodesTest {
  private static final int NODES = 4;
  private static final int MUTATED = 120;

  @Test
  void prometheusHasAllSamplesOfHealthySandboxesBesideAnyNumberOfHostileOnes() throws Exception {
    var responses = new TreeMap<String, String>();
    var expected = new TreeMap<String, Set<String>>();
    for (var hostile : hostile()) {
      var alone = samples(response(Collections.nCopies(hostile.size(), new byte[0])));
      assertThat(alone).hasSize(15 * (hostile.size() + 1));
      // Also in reverse order: of two that disagree, each comes first once.
      for (var order : List.of(hostile, hostile.reversed())) {
        var name = "node-" + responses.size();
        responses.put(name, response(order));
        expected.put(name, alone);
      }
    }
    try (var prometheus = ScrapingPrometheus.ofTexts(responses)) {
      assertThat(prometheus.complaints()).isEmpty();
      for (var node : expected.entrySet()) {
        var job = "job=\"" + node.getKey() + "\"";
        assertThat(prometheus.samples("up{" + job + "}")).contains("\"} 1 ");
        var taken = samples(prometheus.samples("{__name__=~\"kata_.*\"," + job + "}"));
        assertThat(taken).hasSizeGreaterThan(node.getValue().size());
        assertThat(taken).as(job).containsAll(node.getValue());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void largeHostileBodyDoesNotAffectOtherSandboxesAndPromtoolParsesTheResponse(LargeBody large)
      throws Exception {
    var hostile = List.of(large.bytes());
    var text = response(hostile);
    var labels = HostileBodiesTest.labels(3);
    var taken = ReferenceNode.text(labels, HostileBodiesTest.withValidBodies(hostile));
    var refused =
        ReferenceNode.text(labels, HostileBodiesTest.withValidBodies(List.of(new byte[0])));
    assertThat(text.equals(large.isTaken() ? taken : refused)).isTrue();
    Promtool.assertReads(List.of(new Promtool.Response(large.name(), text)));
  }

  private static String response(List<byte[]> hostile) {
    var bodies = HostileBodiesTest.withValidBodies(hostile);
    return new String(new MergedNode().scrape(bodies, new SplittableRandom(1)), ISO_8859_1);
  }

  /**
   * Names, labels and values, without additions, omissions and different spellings of Prometheus.
   * {@code le} and {@code quantile} are numbers.
   */
  static Set<String> samples(String text) throws ReferenceBody.Refused {
    var samples = new HashSet<String>();
    for (var family : ReferenceBody.read(text.getBytes(ISO_8859_1)).values()) {
      for (var sample : family.samples) {
        var labels = new TreeMap<String, String>();
        sample.labels().forEach(label -> labels.put(label.name(), label.value()));
        labels.keySet().removeAll(List.of("job", "instance"));
        labels.values().removeIf(String::isEmpty);
        labels.replaceAll(ProtobufSeries::boundValue);
        double value = ProtobufSeries.number(sample.number().split(" ", -1)[0]);
        samples.add(sample.name() + labels + " " + value);
      }
    }
    return samples;
  }

  /** The whole corpus and mutated bodies, distributed over some nodes. */
  private static List<List<byte[]>> hostile() {
    var nodes = new ArrayList<List<byte[]>>();
    for (int i = 0; i < NODES; i++) {
      nodes.add(new ArrayList<>());
    }
    var bodies = new ArrayList<>(HostileBodiesTest.corpus("accepted").values());
    bodies.addAll(HostileBodiesTest.corpus("refused").values());
    var random = new SplittableRandom(1);
    for (int i = 0; i < MUTATED; i++) {
      bodies.add(
          BodyMutation.mutate(
              i % 2 == 0 ? HostileBodiesTest.WELL : RandomBody.next(random), random));
    }
    for (int i = 0; i < bodies.size(); i++) {
      nodes.get(i % NODES).add(bodies.get(i));
    }
    return nodes;
  }
}
