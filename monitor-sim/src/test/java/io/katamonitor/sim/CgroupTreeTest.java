package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CgroupTreeTest {
  private static final Identity POD = Identity.of(1, 1);

  @TempDir Path root;

  private static SandboxSpec spec(Placement placement) {
    return SandboxSpec.of(POD, Layout.GO, BodyKind.KATA).with(placement, "qemu");
  }

  private String read(String path) throws IOException {
    return Files.readString(root.resolve(path));
  }

  @Test
  void v2CountsTheSandboxAndLimitsThePod() throws Exception {
    var tree = new CgroupTree(root, CgroupVersion.V2);
    var spec = spec(Placement.GO_CGROUPFS_ONLY);
    var usage = spec.usage(100);
    tree.add(spec, usage);
    var whole = CgroupUsage.whole(usage);
    var pod = "kubepods/burstable/pod" + POD.uid();
    var own = pod + "/kata_" + POD.id();
    assertThat(root.resolve("cgroup.controllers")).content().contains("memory");
    assertThat(read(own + "/cpu.stat")).contains("usage_usec " + whole.cpuNanos() / 1000 + "\n");
    assertThat(read(own + "/memory.current")).isEqualTo(whole.memory() + "\n");
    assertThat(read(own + "/memory.stat"))
        .contains("inactive_file " + whole.inactiveFile() + "\n")
        .contains("\nfile " + whole.file() + "\n");
    assertThat(read(own + "/memory.events")).contains("oom_kill 0\n");
    assertThat(read(own + "/memory.max")).isEqualTo("max\n");
    assertThat(read(pod + "/memory.max")).isEqualTo(Workload.USUAL.limitBytes() + "\n");
    assertThat(read(pod + "/cpu.max")).isEqualTo("200000 100000\n");
    assertThat(read(pod + "/memory.current")).isEqualTo(whole.memory() + "\n");
  }

  @Test
  void v1HasEachController() throws Exception {
    var tree = new CgroupTree(root, CgroupVersion.V1);
    var spec = spec(Placement.GO_CGROUPFS);
    var usage = spec.usage(100);
    tree.add(spec, usage);
    var whole = CgroupUsage.whole(usage);
    var pod = "kubepods/burstable/pod" + POD.uid();
    var overhead = "kata_overhead/" + POD.id();
    assertThat(read("memory/" + pod + "/memory.limit_in_bytes"))
        .isEqualTo(Workload.USUAL.limitBytes() + "\n");
    assertThat(read("memory/" + pod + "/kata_" + POD.id() + "/memory.limit_in_bytes"))
        .isEqualTo("9223372036854771712\n");
    assertThat(read("cpu/" + pod + "/cpu.cfs_quota_us")).isEqualTo("200000\n");
    assertThat(read("memory/" + overhead + "/memory.stat"))
        .contains("total_inactive_file " + whole.inactiveFile() + "\n");
    long own =
        Long.parseLong(read("cpuacct/" + pod + "/kata_" + POD.id() + "/cpuacct.usage").strip());
    long rest = Long.parseLong(read("cpuacct/" + overhead + "/cpuacct.usage").strip());
    assertThat(own + rest).isEqualTo(whole.cpuNanos());
  }

  @ParameterizedTest
  @EnumSource
  void everyPlacementHasItsCgroupsAndLeavesNothing(Placement placement) throws Exception {
    for (var version : new CgroupVersion[] {CgroupVersion.V1, CgroupVersion.V2}) {
      var mount = version == CgroupVersion.V1 ? root.resolve("v1/cpuacct") : root.resolve("v2");
      var tree = new CgroupTree(root.resolve(version == CgroupVersion.V1 ? "v1" : "v2"), version);
      var spec = spec(placement);
      tree.add(spec, spec.usage(10));
      for (var path : new String[] {placement.sandboxPath(POD), placement.overheadPath(POD)}) {
        if (path != null) {
          assertThat(mount.resolve(path)).isDirectory();
        }
      }
      assertThat(mount.resolve(placement.podPath(POD))).isDirectory();
      tree.remove(spec);
      tree.update(spec, spec.usage(20));
      try (var all = Files.walk(mount)) {
        assertThat(all.filter(path -> path.toString().contains(POD.id()))).isEmpty();
      }
      assertThat(mount.resolve(placement.podPath(POD))).doesNotExist();
    }
  }

  @Test
  void updateWritesTheNewValues() throws Exception {
    var tree = new CgroupTree(root, CgroupVersion.V2);
    var spec = spec(Placement.GO_SYSTEMD);
    tree.add(spec, spec.usage(100));
    var literal = Placement.GO_SYSTEMD.recordedSandbox(POD).substring(1);
    var before = read(literal + "/cpu.stat");
    tree.update(spec, spec.usage(200));
    assertThat(read(literal + "/cpu.stat")).isNotEqualTo(before);
    // The controller is off there.
    assertThat(root.resolve("kata_overhead/" + POD.id() + "/cpu.stat")).exists();
    assertThat(root.resolve("kata_overhead/" + POD.id() + "/memory.current")).doesNotExist();
  }

  @Test
  void sandboxWithoutPlacementHasNone() throws Exception {
    var tree = new CgroupTree(root, CgroupVersion.V2);
    tree.add(SandboxSpec.of(POD, Layout.GO, BodyKind.LARGE), PodUsage.NONE);
    try (var entries = Files.list(root)) {
      assertThat(entries).containsExactly(root.resolve("cgroup.controllers"));
    }
  }
}
