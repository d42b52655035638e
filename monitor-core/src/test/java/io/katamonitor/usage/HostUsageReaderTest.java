package io.katamonitor.usage;

import static io.katamonitor.usage.CgroupTree.MIB;
import static io.katamonitor.usage.ReaderFixture.ID;
import static io.katamonitor.usage.ReaderFixture.KATA;
import static io.katamonitor.usage.ReaderFixture.OTHER;
import static io.katamonitor.usage.SandboxFixture.UID;
import static io.katamonitor.usage.SandboxFixture.withUid;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.usage.CgroupTree.Version;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class HostUsageReaderTest {
  private final ReaderFixture host;

  HostUsageReaderTest(@TempDir Path directory) {
    host = new ReaderFixture(directory);
  }

  static Stream<Arguments> layouts() {
    return Stream.of(Layout.values())
        .flatMap(layout -> Stream.of(Version.values()).map(each -> Arguments.of(layout, each)));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void eachLayoutIsReadOnBothVersions(Layout layout, Version version) {
    var tree = host.tree(version);
    for (var pod : List.of(Layout.POD, Layout.SLICE)) {
      tree.cgroup(pod, 1000, 4000, 10, 9).limits(pod, 2048, 1.5, 3);
    }
    tree.makeDirectory((version == Version.V1 ? "memory/" : "") + "crio-" + ID);
    double cpu = 0;
    long memory = 0;
    long workingSet = 0;
    long kills = 0;
    var sandboxPath = layout.sandboxPath(ID);
    if (sandboxPath != null) {
      tree.cgroup(sandboxPath, 100, 500, 50, 2);
      cpu += 100;
      memory += 500 * MIB;
      workingSet += 450 * MIB;
      kills += 2;
    }
    var overheadPath = layout.overheadPath(ID);
    if (overheadPath != null) {
      tree.cgroup(overheadPath, 10.25, 30, 5, 1);
      cpu += 10.25;
      memory += 30 * MIB;
      workingSet += 25 * MIB;
      kills += 1;
    }

    for (var uid : List.of(UID, "")) {
      var usage = host.read(withUid(layout.record(host.roots, ID), uid));

      assertThat(usage.layout()).isEqualTo(layout.expected());
      assertThat(usage.cpuUsageSeconds()).hasValue(cpu);
      assertThat(usage.memoryUsageBytes()).hasValue(memory);
      assertThat(usage.memoryWorkingSetBytes()).hasValue(workingSet);
      assertThat(usage.memoryOomKills()).hasValue(kills);
      if (layout.expected() == HostLayout.OUTSIDE) {
        assertThat(usage.memoryLimitBytes()).isEmpty();
        assertThat(usage.cpuQuotaCores()).isEmpty();
        assertThat(usage.cpuThrottledSeconds()).isEmpty();
      } else {
        assertThat(usage.memoryLimitBytes()).hasValue(2048 * MIB);
        assertThat(usage.cpuQuotaCores()).hasValue(1.5);
        assertThat(usage.cpuThrottledSeconds()).hasValue(3);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void missingMemoryIsReadFromThePodsOwnCgroup(Version version) {
    host.tree(version)
        .cpu(KATA, 100)
        .cpu("kata_overhead/" + ID, 10)
        .memory(Layout.POD, 700, 100, 4)
        .memory("kubepods", 90_000, 0, 99);

    var usage = host.read(host.go("/" + KATA, "/kata_overhead/" + ID));

    assertThat(usage.layout()).isEqualTo(HostLayout.SPLIT);
    assertThat(usage.cpuUsageSeconds()).hasValue(110);
    assertThat(usage.memoryUsageBytes()).hasValue(700 * MIB);
    assertThat(usage.memoryWorkingSetBytes()).hasValue(600 * MIB);
    assertThat(usage.memoryOomKills()).hasValue(4);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void memoryOfThePodsOwnCgroupIncludesTheOverheadCgroup(Version version) {
    host.tree(version)
        .cpu(KATA, 100)
        .cgroup(Layout.POD + "/overhead_" + ID, 10, 30, 5, 1)
        .memory(Layout.POD, 700, 100, 4);

    var usage = host.read(host.go("/" + KATA, "/" + Layout.POD + "/overhead_" + ID));

    assertThat(usage.layout()).isEqualTo(HostLayout.POD);
    assertThat(usage.cpuUsageSeconds()).hasValue(110);
    assertThat(usage.memoryUsageBytes()).hasValue(700 * MIB);
    assertThat(usage.memoryOomKills()).hasValue(4);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void missingMemoryIsNeverReadFromASharedCgroup(Version version) {
    host.tree(version)
        .cpu("kata_sandboxed_pod/" + ID, 100)
        .memory("kata_sandboxed_pod", 700, 100, 4);

    var usage = host.read(host.go("/kata_sandboxed_pod/" + ID, ""));

    assertThat(usage.cpuUsageSeconds()).hasValue(100);
    assertThat(usage.memoryUsageBytes()).isEmpty();
    assertThat(usage.memoryWorkingSetBytes()).isEmpty();
    assertThat(usage.memoryOomKills()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void cgroupOfAPodWithTwoSandboxesIsNotUsedForEither(Version version) {
    var tree =
        host.tree(version)
            .cpu(KATA, 100)
            .cpu(Layout.POD + "/kata_" + OTHER, 5)
            .memory(Layout.POD, 700, 100, 4);
    var one = host.go("/" + KATA, "");
    var other =
        withUid(
            SandboxFixture.go(host.roots, OTHER, "/" + Layout.POD + "/kata_" + OTHER, "", true),
            UID);

    var both = host.readAll(one, other);
    tree.remove(Layout.POD + "/kata_" + OTHER);
    host.readAll(one, other);
    var afterwards = host.readAll(one, other);

    assertThat(both).allSatisfy(usage -> assertThat(usage.memoryUsageBytes()).isEmpty());
    assertThat(afterwards.get(0).memoryUsageBytes()).hasValue(700 * MIB);
    assertThat(afterwards.get(1).layout()).isEqualTo(HostLayout.UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void limitAndQuotaAreTheNearestOnesIndependently(Version version) {
    host.tree(version)
        .cgroup(Layout.POD + "/inner/kata_" + ID, 1, 1, 0, 0)
        .limits(Layout.POD + "/inner", 300, -1, 0)
        .limits(Layout.POD, 500, 2, 7)
        .limits("kubepods/burstable", 100, 0.5, 9);

    var usage = host.read(host.go("/" + Layout.POD + "/inner/kata_" + ID, ""));

    assertThat(usage.memoryLimitBytes()).hasValue(300 * MIB);
    assertThat(usage.cpuQuotaCores()).hasValue(2);
    assertThat(usage.cpuThrottledSeconds()).hasValue(7);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void limitAboveThePodsOwnCgroupDoesNotCount(Version version) {
    host.tree(version)
        .cgroup(KATA, 1, 1, 0, 0)
        .limits(Layout.POD, -1, -1, 0)
        .limits("kubepods", 100, 0.5, 9);

    var usage = host.read(host.go("/" + KATA, ""));

    assertThat(usage.layout()).isEqualTo(HostLayout.POD);
    assertThat(usage.memoryLimitBytes()).isEmpty();
    assertThat(usage.cpuQuotaCores()).isEmpty();
    assertThat(usage.cpuThrottledSeconds()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void nestedPathsCountOnce(Version version) {
    host.tree(version)
        .cgroup(KATA, 100, 500, 50, 2)
        .cgroup(KATA + "/overhead", 10, 30, 5, 1)
        .cgroup("kata_overhead/" + ID, 300, 900, 0, 5)
        .cgroup("kata_overhead/" + ID + "/inner", 200, 800, 0, 4);

    var inside = host.read(host.go("/" + KATA, "/" + KATA + "/overhead"));
    var same = host.read(host.go("/" + KATA, "/" + KATA));
    var around = host.read(host.go("/kata_overhead/" + ID + "/inner", "/kata_overhead/" + ID));

    assertThat(inside.cpuUsageSeconds()).hasValue(100);
    assertThat(same.memoryUsageBytes()).hasValue(500 * MIB);
    assertThat(around.cpuUsageSeconds()).hasValue(300);
    assertThat(around.memoryOomKills()).hasValue(5);
  }
}
