package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The responses of {@link HostileBodiesTest}, read by promtool and a real Prometheus. */
@Tag("system")
class HostileBodiesProgramsTest {
  /** Number of responses that promtool parses at once. */
  private static final int BATCH = 500;

  private static final int MUTATIONS = Integer.getInteger("mutations", 2500);

  @Test
  void hostileBodyDoesNotAffectOtherSandboxesAndPromtoolParsesTheResponse() throws Exception {
    var responses = new ArrayList<Promtool.Response>();
    for (var folder : List.of("refused", "accepted")) {
      HostileBodiesTest.corpus(folder)
          .forEach((name, body) ->
              responses.add(HostileBodiesTest.withValidBodies(new MergedNode(), name, body)));
    }
    // Then all of them on one node, which learns from each.
    var node = new MergedNode();
    HostileBodiesTest.corpus("accepted")
        .forEach(
            (name, body) -> responses.add(HostileBodiesTest.withValidBodies(node, name, body)));
    Promtool.assertReads(responses);
  }

  @Test
  void randomBodiesDoNotAffectOtherSandboxesAndPromtoolParsesTheResponse() throws Exception {
    long first = Long.getLong("seed", System.nanoTime());
    var seeds = new ArrayList<>(HostileBodiesTest.corpus("accepted").values());
    seeds.removeIf(body -> body.length > 2000);
    seeds.add(HostileBodiesTest.WELL);
    var node = new MergedNode();
    var responses = new ArrayList<Promtool.Response>();
    for (long seed = first; seed < first + MUTATIONS; seed++) {
      var random = new SplittableRandom(seed);
      byte[] from =
          random.nextInt(4) == 0
              ? RandomBody.next(random)
              : seeds.get(random.nextInt(seeds.size()));
      byte[] body = random.nextInt(50) == 0 ? noise(random) : BodyMutation.mutate(from, random);
      responses.add(HostileBodiesTest.withValidBodies(node, "seed " + seed, body));
      if (responses.size() == BATCH) {
        Promtool.assertReads(responses);
        responses.clear();
      }
    }
    Promtool.assertReads(responses);
  }

  /**
   * The parser of the Prometheus server differs from promtool's and is stricter, for example for
   * timestamps.
   */
  @Test
  void realPrometheusAcceptsTheResponseWithEachAcceptedBody() throws Exception {
    var responses = new TreeMap<String, String>();
    HostileBodiesTest.corpus("accepted")
        .forEach((name, body) ->
            responses.put(
                name, HostileBodiesTest.withValidBodies(new MergedNode(), name, body).text()));
    // One that it must reject, which shows that it checks.
    responses.put("control", "kata_a 1 -5\n");
    try (var prometheus = ScrapingPrometheus.ofTexts(responses)) {
      assertThat(prometheus.complaints()).singleElement().asString().contains("expected timestamp");
    }
  }

  @Test
  void promtoolErrorOnOneOfManyResponsesIsReported() {
    var well = new Promtool.Response("well", "kata_a 1\n");
    var ill = new Promtool.Response("ill", "kata_a 1\n# TYPE kata_a gauge\n");
    assertThatThrownBy(() -> Promtool.assertReads(List.of(well, well, ill, well)))
        .hasMessageContaining("ill");
  }

  @Test
  void promtoolParsesTheResponseOfManyHostileSandboxes() throws Exception {
    var bodies = new ArrayList<>(HostileBodiesTest.corpus("accepted").values());
    var random = new SplittableRandom(1);
    var node = new MergedNode();
    var responses = new ArrayList<Promtool.Response>();
    for (int i = 0; i < 5; i++) {
      Collections.shuffle(bodies, new Random(i));
      responses.add(
          new Promtool.Response("order " + i, new String(node.scrape(bodies, random), ISO_8859_1)));
    }
    Promtool.assertReads(responses);
  }

  private static byte[] noise(SplittableRandom random) {
    byte[] noise = new byte[random.nextInt(300)];
    random.nextBytes(noise);
    return noise;
  }
}
