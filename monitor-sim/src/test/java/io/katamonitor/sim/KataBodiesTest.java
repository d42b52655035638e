package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** {@link Bodies} of {@link BodyKind#KATA}: names, units and order of Kata 4.1.0. */
class KataBodiesTest {
  private static final List<String> AGENT =
      List.of(
          "kata_agent_io_stat",
          "kata_agent_proc_stat",
          "kata_agent_proc_status",
          "kata_agent_scrape_count",
          "kata_agent_threads",
          "kata_agent_total_rss",
          "kata_agent_total_time",
          "kata_agent_total_vm",
          "kata_guest_cpu_time",
          "kata_guest_diskstat",
          "kata_guest_filesystem_bytes",
          "kata_guest_filesystem_inodes",
          "kata_guest_load",
          "kata_guest_meminfo",
          "kata_guest_netdev_stat",
          "kata_guest_tasks",
          "kata_guest_vm_stat");
  private static final List<String> RUNTIME_RS_SHIM =
      List.of(
          "kata_shim_fds",
          "kata_shim_io_stat",
          "kata_shim_proc_stat",
          "kata_shim_proc_status",
          "kata_shim_threads");
  private static final long BORN = 1_790_000_000_000L;

  private final Bodies bodies =
      new Bodies(1, InstantSource.fixed(Instant.ofEpochMilli(BORN + 600_000)));

  private static SandboxSpec spec(Placement placement, String hypervisor) {
    return SandboxSpec.of(Identity.of(1, 1), Layout.GO, BodyKind.KATA).with(placement, hypervisor);
  }

  private static String text(Page page) {
    return new String(Arrays.copyOf(page.body(), page.length()), StandardCharsets.UTF_8);
  }

  private String body(Placement placement, String hypervisor) {
    return text(bodies.page(spec(placement, hypervisor), BORN));
  }

  private static List<String> families(String body) {
    return body.lines()
        .filter(line -> line.startsWith("# TYPE"))
        .map(line -> line.split(" ", -1)[2])
        .toList();
  }

  private static Map<String, Double> samples(String body) {
    var samples = new TreeMap<String, Double>();
    body.lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> {
          int blank = line.lastIndexOf(' ');
          var before =
              samples.put(line.substring(0, blank), Double.valueOf(line.substring(blank + 1)));
          assertThat(before).as(line).isNull();
        });
    return samples;
  }

  private static double sample(String body, String series) {
    var samples = samples(body);
    assertThat(samples).containsKey(series);
    return samples.getOrDefault(series, Double.NaN);
  }

  @Test
  void runtimeRsHasItsOwnFamiliesInItsOrderAndOnlyDragonballAddsToThem() {
    var clh = families(body(Placement.RS_SYSTEMD, "clh"));
    assertThat(clh.subList(0, AGENT.size())).isEqualTo(AGENT);
    assertThat(clh.subList(AGENT.size(), clh.size())).isEqualTo(RUNTIME_RS_SHIM);
    var dragonball = families(body(Placement.RS_SYSTEMD, "dragonball"));
    assertThat(dragonball.subList(AGENT.size(), AGENT.size() + 4))
        .containsExactly(
            "kata_hypervisor_scrape_count",
            "kata_hypervisor_seccomp",
            "kata_hypervisor_signals",
            "kata_hypervisor_vcpu");
    assertThat(dragonball.subList(AGENT.size() + 4, dragonball.size())).isEqualTo(RUNTIME_RS_SHIM);
  }

  @Test
  void goHasTheGuestsFamiliesLastInAnyOrder() {
    var families = families(body(Placement.GO_SYSTEMD, "qemu"));
    var own = families.subList(0, families.size() - AGENT.size());
    assertThat(families.subList(own.size(), families.size()))
        .containsExactlyInAnyOrderElementsOf(AGENT)
        .isNotEqualTo(AGENT);
    assertThat(own)
        .isSorted()
        .contains("go_sched_gomaxprocs_threads", "kata_virtiofsd_proc_stat", "process_open_fds")
        .contains("kata_shim_agent_rpc_durations_histogram_milliseconds")
        .contains("kata_shim_pod_overhead_cpu", "kata_hypervisor_proc_status")
        .doesNotContain("kata_shim_netdev");
  }

  @Test
  void deniedGuestHasNoFamilies() {
    assertThat(families(text(bodies.deniedPage(spec(Placement.RS_SYSTEMD, "clh"), BORN))))
        .isEqualTo(RUNTIME_RS_SHIM);
    assertThat(families(text(bodies.deniedPage(spec(Placement.GO_SYSTEMD, "qemu"), BORN))))
        .isNotEmpty()
        .doesNotContainAnyElementsOf(AGENT);
  }

  @Test
  void numbersAreWrittenAsTheRuntimeDoes() {
    assertThat(body(Placement.RS_SYSTEMD, "clh"))
        .contains("kata_guest_meminfo{item=\"mem_total\"} 2094899200\n")
        .contains("kata_guest_meminfo{item=\"vmalloc_total\"} 35184372087808\n");
    assertThat(body(Placement.GO_SYSTEMD, "qemu"))
        .contains("kata_guest_meminfo{item=\"mem_total\"} 2.0948992e+09\n")
        .contains("go_gc_gomemlimit_bytes 9.223372036854776e+18\n");
    assertThat(Text.rustFloat(0.8399999737739563)).isEqualTo("0.8399999737739563");
    assertThat(Text.rustFloat(1e-7)).isEqualTo("0.0000001");
  }

  @Test
  void unitsAreThoseOfKata() {
    var usage = spec(Placement.GO_SYSTEMD, "qemu").usage(600);
    for (var body :
        List.of(body(Placement.GO_SYSTEMD, "qemu"), body(Placement.RS_SYSTEMD, "clh"))) {
      // Milliseconds, and one of the cpus is their sum.
      assertThat(sample(body, "kata_guest_cpu_time{cpu=\"total\",item=\"user\"}"))
          .isEqualTo(usage.get("cpu_0_user") + usage.get("cpu_1_user"))
          .isBetween(60_000.0, 200_000.0);
      // Bytes, pages, KiB, seconds.
      assertThat(sample(body, "kata_guest_meminfo{item=\"mem_free\"}"))
          .isEqualTo(sample(body, "kata_guest_vm_stat{item=\"nr_free_pages\"}") * 4096);
      assertThat(sample(body, "kata_agent_proc_status{item=\"vmrss\"}") * 1024)
          .isEqualTo(sample(body, "kata_agent_total_rss"));
      assertThat(sample(body, "kata_agent_total_time") * 100)
          .isEqualTo(
              sample(body, "kata_agent_proc_stat{item=\"utime\"}")
                  + sample(body, "kata_agent_proc_stat{item=\"stime\"}"));
      assertThat(body)
          .contains("mount=\"/run/kata-containers/" + Identity.of(1, 1).id() + "/rootfs\"");
    }
    var status = "kata_shim_proc_status{item=\"vmrss\"}";
    assertThat(sample(body(Placement.GO_SYSTEMD, "qemu"), status)).isEqualTo(usage.get("shim_rss"));
    assertThat(sample(body(Placement.RS_SYSTEMD, "clh"), status))
        .isEqualTo(usage.get("shim_rss") / 1024);
    // dragonball is a part of the shim.
    assertThat(sample(body(Placement.RS_SYSTEMD, "dragonball"), status) * 1024)
        .isGreaterThan(usage.get("host_vm_bytes"));
    assertThat(body(Placement.GO_SYSTEMD, "qemu")).contains("item=\"readbytes\"");
    assertThat(body(Placement.RS_SYSTEMD, "clh"))
        .contains("kata_shim_io_stat{item=\"read_bytes\"}")
        .doesNotContain("readbytes");
  }

  @Test
  void countersOfTheNextMinuteAreNotLower() {
    var later = new Bodies(1, InstantSource.fixed(Instant.ofEpochMilli(BORN + 660_000)));
    for (var placement : List.of(Placement.GO_SYSTEMD, Placement.RS_SYSTEMD)) {
      var before = samples(body(placement, "clh"));
      var after = samples(text(later.page(spec(placement, "clh"), BORN)));
      assertThat(after.keySet()).isEqualTo(before.keySet());
      before.forEach((series, value) -> {
        if (series.matches(
            "kata_guest_(cpu_time|netdev_stat|diskstat).*|.*_(proc_stat|io_stat).*|"
                + ".*_bucket.*|.*_count.*|.*_total|.*\"pg(fault|alloc_normal|free)\".*")) {
          assertThat(after.get(series)).as(series).isGreaterThanOrEqualTo(value);
        }
      });
    }
  }
}
