package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.guard.Await;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResponseOrderTest {
  private final SimulatedNode node = SimulatedNode.start(new SimulatedNode.Options(1, true));
  private Scrapes scrapes;

  @BeforeEach
  void start() throws Exception {
    node.addSandboxes(12, Layout.GO);
    node.addSandboxes(3, Layout.RUNTIME_RS);
    scrapes = new Scrapes(node);
    Await.until(
        "all are labelled",
        () -> scrapes.get("/metrics").contains("kata_monitor_sandboxes_without_metadata 0\n"));
  }

  @AfterEach
  void stop() {
    scrapes.close();
    node.close();
  }

  private static List<String> types(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("# TYPE "))
        .map(line -> line.split(" ", -1)[2])
        .toList();
  }

  private static boolean isOwn(String line) {
    return line.contains("kata_monitor_");
  }

  @Test
  void twoScrapesOfUnchangedShimsDifferOnlyInOwnSeries() throws Exception {
    var first = scrapes.next().lines().stream().filter(line -> !isOwn(line)).toList();
    var second = scrapes.next().lines().stream().filter(line -> !isOwn(line)).toList();
    assertThat(first).hasSizeGreaterThan(12 * Scrapes.SAMPLES);
    assertThat(first.equals(second)).isTrue();
  }

  @Test
  void familiesAreSortedOwnOnesFirstAndSandboxesWithinThem() throws Exception {
    var lines = scrapes.next().lines();
    var types = types(lines);
    assertThat(types).doesNotHaveDuplicates();
    var own = types.stream().filter(ResponseOrderTest::isOwn).toList();
    assertThat(own).isSorted().isEqualTo(types.subList(0, own.size()));
    assertThat(types.subList(own.size(), types.size())).isSorted();
    var ids =
        lines.stream()
            .filter(line -> line.startsWith("kata_shim_threads{"))
            .map(line -> line.replaceAll(".*sandbox_id=\"([^\"]*)\".*", "$1"))
            .toList();
    assertThat(ids).hasSize(15).isSorted();
  }

  @Test
  void familyMatchedByTwoPrefixesAppearsOnceAndAnEmptyPrefixMatchesNothing() {
    var once = scrapes.get("/metrics?filter_family=kata_guest_load,,kata_guest").lines().toList();
    assertThat(types(once)).doesNotHaveDuplicates().contains("kata_guest_load");
    assertThat(types(once)).allMatch(name -> name.startsWith("kata_guest"));
    assertThat(once.stream().filter(line -> line.startsWith("kata_guest_load{")))
        .doesNotHaveDuplicates()
        .hasSize(15 * 3);
  }
}
