package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.guard.Await;
import io.katamonitor.sim.CgroupVersion;
import io.katamonitor.sim.Preset;
import io.katamonitor.sim.SimulatedNode;
import io.katamonitor.sim.SimulatedSandbox;
import io.katamonitor.sim.Stories;
import io.katamonitor.sim.Story;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The daemon over a node of 24 sandboxes: every hypervisor of runtime-rs, every layout of cgroups,
 * and one that is denied, hung, stuck, booting, replaced and lost.
 */
@Tag("system")
class EveryKindOfSandboxTest {
  private static final String HOST_AND_OWN = "/metrics?filter_family=kata_pod_host,kata_monitor";

  /** The timeout that the scraper announces: the daemon responds half a second before. */
  private static final int SCRAPE_SECONDS = 3;

  /** Total memory of every simulated guest. */
  private static final double GUEST_MEMORY = 511_450 * 4096.0;

  private static final Set<Story> NOT_SCRAPED = Set.of(Story.NOT_SCRAPED, Story.BOOTING);
  private static final Set<Story> WITHOUT_RESPONSE = Set.of(Story.HUNG, Story.STUCK);

  private static String label(SimulatedSandbox sandbox) {
    return "sandbox_id=\"" + sandbox.id() + "\"";
  }

  /** A sandbox's sample; empty where there is none. */
  private static OptionalDouble value(
      Scrapes.Scrape scrape, String family, SimulatedSandbox sandbox) {
    var value = scrape.value(family, label(sandbox));
    return value.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(value));
  }

  private static boolean hasLayout(Scrapes.Scrape scrape, String layout, SimulatedSandbox sandbox) {
    return scrape.lines().stream()
        .anyMatch(line ->
            line.startsWith("kata_pod_host_info{")
                && line.contains("layout=\"" + layout + "\"")
                && line.contains(label(sandbox)));
  }

  private static Scrapes.Scrape hostOnly(Scrapes scrapes) {
    return new Scrapes.Scrape(scrapes.get(HOST_AND_OWN).lines().toList());
  }

  private static boolean isInState(Scrapes scrapes, String state, int count) {
    return scrapes
        .get(HOST_AND_OWN)
        .contains("kata_monitor_sandboxes{state=\"" + state + "\"} " + count + "\n");
  }

  /** What the host counts: by the layout alone, whatever the shim does. */
  private static void isMeasuredOnTheHost(
      Scrapes.Scrape scrape, Preset.Pod pod, SimulatedSandbox sandbox) {
    // A booting sandbox of runtime-rs has no state file yet.
    var layout = pod.story() == Story.BOOTING ? "unknown" : pod.placement().layout();
    assertThat(hasLayout(scrape, layout, sandbox)).as("%s of %s", layout, pod).isTrue();
    var cpu = value(scrape, "kata_pod_host_cpu_usage_seconds_total", sandbox);
    var memory = value(scrape, "kata_pod_host_memory_usage_bytes", sandbox);
    var limit = value(scrape, "kata_pod_host_memory_limit_bytes", sandbox);
    if (layout.equals("remote") || layout.equals("unknown")) {
      assertThat(List.of(cpu, memory, limit))
          .as(pod.toString())
          .containsOnly(OptionalDouble.empty());
    } else {
      assertThat(cpu.orElse(0)).as(pod.toString()).isPositive();
      assertThat(memory.orElse(0)).as(pod.toString()).isPositive();
      assertThat(limit.isPresent()).as(pod.toString()).isEqualTo(!layout.equals("outside"));
    }
  }

  private static void isScrapedOnlyWhereAllowed(
      Scrapes.Scrape scrape, Preset.Pod pod, SimulatedSandbox sandbox) {
    boolean isScraped = !NOT_SCRAPED.contains(pod.story());
    boolean responds = isScraped && !WITHOUT_RESPONSE.contains(pod.story());
    assertThat(sandbox.scrapes()).as(pod.toString()).isEqualTo(isScraped ? 1 : 0);
    assertThat(scrape.samples(sandbox.id()) > 0).as(pod.toString()).isEqualTo(responds);
    assertThat(value(scrape, "kata_monitor_sandbox_up", sandbox))
        .as(pod.toString())
        .isEqualTo(isScraped ? OptionalDouble.of(responds ? 1 : 0) : OptionalDouble.empty());
    boolean hasGuest = responds && pod.story() != Story.DENIED;
    assertThat(value(scrape, "kata_pod_guest_memory_total_bytes", sandbox))
        .as(pod.toString())
        .isEqualTo(hasGuest ? OptionalDouble.of(GUEST_MEMORY) : OptionalDouble.empty());
    assertThat(value(scrape, "kata_pod_guest_cpu_usage_seconds_total", sandbox).isPresent())
        .as(pod.toString())
        .isEqualTo(hasGuest);
  }

  @ParameterizedTest
  @EnumSource(names = {"V1", "V2"})
  void eachIsMeasuredOnTheHostAndScrapedOnlyWhereAllowed(CgroupVersion version) throws Exception {
    try (var node = SimulatedNode.start(SimulatedNode.Options.kata(version))) {
      var stories = Stories.begin(node, Preset.ALL);
      var flags = new String[] {"-cgroup-root=" + node.cgroupRoot(), "-scrape-timeout=2s"};
      try (var scrapes = new Scrapes(node, flags)) {
        Await.until(
            "every sandbox was checked and has its pod",
            Duration.ofSeconds(5),
            () ->
                scrapes.get(HOST_AND_OWN).contains("kata_monitor_sandboxes_without_metadata 0\n")
                    && isInState(scrapes, "starting", 1)
                    && isInState(scrapes, "not_scraped", 4));
        node.updateCgroups();

        var scrape = scrapes.begin(SCRAPE_SECONDS).get();

        var pods = Preset.ALL.pods();
        var sandboxes = stories.sandboxes();
        for (int i = 0; i < pods.size(); i++) {
          isMeasuredOnTheHost(scrape, pods.get(i), sandboxes.get(i));
          isScrapedOnlyWhereAllowed(scrape, pods.get(i), sandboxes.get(i));
        }
        assertThat(isInState(scrapes, "running", 17)).isTrue();
        assertThat(isInState(scrapes, "failing", 2)).isTrue();
        changesAreSeen(scrapes, stories);
      }
    }
  }

  /** Two minutes later one has booted, one was replaced, and one is lost. */
  private static void changesAreSeen(Scrapes scrapes, Stories stories) throws Exception {
    var dead = only(stories, Story.CRASHING);
    stories.advance(121);
    var replacement = only(stories, Story.CRASHING);
    var booted = only(stories, Story.BOOTING);
    var lost = only(stories, Story.LOST);
    Await.until(
        "the replacement is listed, the dead sandbox is not, and the booted one has its cgroups",
        Duration.ofSeconds(5),
        () ->
            scrapes.isListed(replacement.id())
                && !scrapes.isListed(dead.id())
                && isInState(scrapes, "starting", 0)
                && hasLayout(hostOnly(scrapes), "pod", booted)
                && hasLayout(hostOnly(scrapes), "pod", replacement));

    var scrape = scrapes.begin(SCRAPE_SECONDS).get();

    assertThat(scrape.samples(replacement.id())).isPositive();
    assertThat(scrape.samples(booted.id())).isPositive();
    assertThat(scrape.failures(lost.id())).containsExactly("refused");
    assertThat(hasLayout(scrape, "pod", lost)).isTrue();
  }

  private static SimulatedSandbox only(Stories stories, Story story) {
    var sandboxes = stories.sandboxes(pod -> pod.story() == story);
    assertThat(sandboxes).hasSize(1);
    return sandboxes.getFirst();
  }
}
