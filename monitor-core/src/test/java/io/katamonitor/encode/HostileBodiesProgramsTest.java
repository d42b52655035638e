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
  /** What promtool reads at once. */
  private static final int BATCH = 500;

  private static final int MUTATIONS = Integer.getInteger("mutations", 2500);

  @Test
  void besideEachOfThemTheOthersAreAnsweredToTheByteAndPromtoolReadsIt() throws Exception {
    var answers = new ArrayList<Promtool.Answer>();
    for (var folder : List.of("refused", "accepted")) {
      HostileBodiesTest.corpus(folder)
          .forEach((name, body) ->
              answers.add(HostileBodiesTest.besideTheWell(new MergedNode(), name, body)));
    }
    // Then all by one node, which learns from each.
    var node = new MergedNode();
    HostileBodiesTest.corpus("accepted")
        .forEach((name, body) -> answers.add(HostileBodiesTest.besideTheWell(node, name, body)));
    Promtool.assertReads(answers);
  }

  @Test
  void besideBodiesMadeByChanceTheOthersAreAnsweredToTheByteAndPromtoolReadsIt() throws Exception {
    long first = Long.getLong("seed", System.nanoTime());
    var seeds = new ArrayList<>(HostileBodiesTest.corpus("accepted").values());
    seeds.removeIf(body -> body.length > 2000);
    seeds.add(HostileBodiesTest.WELL);
    var node = new MergedNode();
    var answers = new ArrayList<Promtool.Answer>();
    for (long seed = first; seed < first + MUTATIONS; seed++) {
      var random = new SplittableRandom(seed);
      byte[] from =
          random.nextInt(4) == 0
              ? RandomBody.next(random)
              : seeds.get(random.nextInt(seeds.size()));
      byte[] body = random.nextInt(50) == 0 ? noise(random) : RandomBody.mutated(from, random);
      answers.add(HostileBodiesTest.besideTheWell(node, "seed " + seed, body));
      if (answers.size() == BATCH) {
        Promtool.assertReads(answers);
        answers.clear();
      }
    }
    Promtool.assertReads(answers);
  }

  /** Prometheus's own parser is another than promtool's, and stricter: of timestamps, for one. */
  @Test
  void aRealPrometheusTakesTheAnswerBesideEachBodyThatIsTaken() throws Exception {
    var answers = new TreeMap<String, String>();
    HostileBodiesTest.corpus("accepted")
        .forEach((name, body) ->
            answers.put(
                name, HostileBodiesTest.besideTheWell(new MergedNode(), name, body).text()));
    // One that it must not take: that it looks is seen by that.
    answers.put("control", "kata_a 1 -5\n");
    try (var prometheus = ScrapingPrometheus.ofTexts(answers)) {
      assertThat(prometheus.complaints()).singleElement().asString().contains("expected timestamp");
    }
  }

  @Test
  void promtoolIsHeardWhenItCannotReadOneOfManyAnswers() {
    var well = new Promtool.Answer("well", "kata_a 1\n");
    var ill = new Promtool.Answer("ill", "kata_a 1\n# TYPE kata_a gauge\n");
    assertThatThrownBy(() -> Promtool.assertReads(List.of(well, well, ill, well)))
        .hasMessageContaining("ill");
  }

  @Test
  void promtoolReadsWhatManyHostileSandboxesMakeTogether() throws Exception {
    var bodies = new ArrayList<>(HostileBodiesTest.corpus("accepted").values());
    var random = new SplittableRandom(1);
    var node = new MergedNode();
    var answers = new ArrayList<Promtool.Answer>();
    for (int i = 0; i < 5; i++) {
      Collections.shuffle(bodies, new Random(i));
      answers.add(
          new Promtool.Answer("order " + i, new String(node.scrape(bodies, random), ISO_8859_1)));
    }
    Promtool.assertReads(answers);
  }

  private static byte[] noise(SplittableRandom random) {
    byte[] noise = new byte[random.nextInt(300)];
    random.nextBytes(noise);
    return noise;
  }
}
