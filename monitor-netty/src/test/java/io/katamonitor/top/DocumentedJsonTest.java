package io.katamonitor.top;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.RunningDaemon;
import io.katamonitor.sim.CgroupVersion;
import io.katamonitor.sim.Fault;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The example in docs/json.md, as {@link ReportReader} reads it and beside a real daemon's. */
class DocumentedJsonTest {
  private static String page() throws Exception {
    return Files.readString(Path.of("../docs/json.md"));
  }

  private static String example() throws Exception {
    var page = page();
    int start = page.indexOf("```json\n") + "```json\n".length();
    return page.substring(start, page.indexOf("```", start));
  }

  @Test
  void topReadsTheExample() throws Exception {
    var report = ReportReader.read(example().getBytes(UTF_8));

    assertThat(report.time()).isEqualTo(Instant.EPOCH.plusSeconds(35));
    assertThat(report.version()).isEqualTo("1.2.3");
    assertThat(report.lastScrape()).isEqualTo(Instant.EPOCH);
    assertThat(report.warnings()).isEmpty();
    assertThat(report.sandboxes())
        .containsExactly(
            new SandboxRow(
                "0123456789abcdef0123456789abcdef",
                "runtime-rs",
                "dragonball",
                "",
                "shop",
                "web-0",
                "failing",
                "timeout",
                "no whole response within 3 s",
                "It timed out: no whole response within 3 s",
                Instant.EPOCH,
                Instant.EPOCH,
                Instant.EPOCH,
                3,
                Double.NaN,
                "pod",
                0.25,
                300 << 20,
                2L << 30,
                100 << 20));
  }

  /** Where an array stands, each of its elements counts. */
  @Test
  @Timeout(60)
  void daemonReturnsTheMembersOfTheExampleAndOnlyDocumentedOnes() throws Exception {
    try (var node = SimulatedNode.start(SimulatedNode.Options.kata(CgroupVersion.V2))) {
      node.addSandbox(Layout.RUNTIME_RS).hypervisor("dragonball");
      node.addSandbox(Layout.GO).fault(new Fault.HalfBody());
      try (var daemon =
          RunningDaemon.start(
              "-sandboxes-path=" + node.root(Layout.GO),
              "-sandboxes-path=" + node.root(Layout.RUNTIME_RS),
              "-sandboxes-path=" + node.directory().resolve("none"),
              "-runtime-endpoint=" + node.cri().socket(),
              "-cgroup-root=" + node.cgroupRoot())) {
        daemon.get("/metrics");
        String json;
        do { // A rate needs two readings, which are at least a second apart.
          node.updateCgroups();
          json = daemon.get("/sandboxes?history=true", "Accept", "application/json").body();
        } while (!json.contains("\"cpuCores\":[[") || !json.contains("\"reachable\":true"));

        var given = members(json);
        var documented = members(example());
        assertThat(given).containsAllEntriesOf(documented);
        var named = Pattern.compile("`([a-zA-Z0-9]+)`").matcher(page()).results();
        var names = named.map(found -> found.group(1)).toList();
        assertThat(given.keySet())
            .filteredOn(member -> !documented.containsKey(member))
            .extracting(member -> member.substring(member.lastIndexOf('.') + 1))
            .isSubsetOf(names);

        var report = ReportReader.read(json.getBytes(UTF_8));
        assertThat(report.sandboxes())
            .extracting(SandboxRow::state)
            .containsExactlyInAnyOrder("running", "failing");
        assertThat(report.sandboxes())
            .allSatisfy(row -> {
              assertThat(row.name()).isNotEmpty();
              assertThat(row.cpuCores()).isNotNaN();
              assertThat(row.memoryBytes()).isPositive();
              assertThat(row.lastScrape()).isNotNull();
            });
      }
    }
  }

  /** The path of each member and the type of its value; JSON is YAML too. */
  private static SortedMap<String, String> members(String json) {
    var members = new TreeMap<String, String>();
    add(members, "", new Load(LoadSettings.builder().build()).loadFromString(json));
    return members;
  }

  private static void add(Map<String, String> members, String path, Object value) {
    switch (value) {
      case Map<?, ?> object ->
          object.forEach((name, member) -> {
            members.put(path + "." + name, type(member));
            add(members, path + "." + name, member);
          });
      case List<?> array -> array.forEach(element -> add(members, path, element));
      default -> {}
    }
  }

  private static String type(Object value) {
    return switch (value) {
      case Map<?, ?> _ -> "object";
      case List<?> _ -> "array";
      case Number _ -> "number";
      case Boolean _ -> "boolean";
      default -> "string";
    };
  }
}
