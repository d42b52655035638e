package io.katamonitor.usage;

import static io.katamonitor.usage.CgroupTree.MIB;
import static io.katamonitor.usage.SandboxFixture.UID;
import static io.katamonitor.usage.SandboxFixture.withUid;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.usage.CgroupTree.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostUsageReaderTest {
  private static final String ID = "0123abcd";
  private static final String OTHER = "4567cdef";
  private static final String KATA = Layout.POD + "/kata_" + ID;

  @TempDir Path directory;
  private Path roots;
  private Path cgroups;
  private HostUsageReader reader;
  private long now = 1;

  @BeforeEach
  void makeReader() {
    roots = directory.resolve("sbs");
    cgroups = directory.resolve("cgroup");
    reader = new HostUsageReader(cgroups);
  }

  private CgroupTree tree(Version version) {
    return CgroupTree.make(cgroups, version);
  }

  private List<HostUsage> readAll(Sandbox... sandboxes) {
    var list = new UsageList();
    reader.read(List.of(sandboxes), now, list);
    assertThat(list.usages).hasSameSizeAs(sandboxes);
    return list.usages;
  }

  private HostUsage read(Sandbox sandbox) {
    return readAll(sandbox).getFirst();
  }

  private Sandbox go(String path, String overhead) {
    return withUid(SandboxFixture.go(roots, ID, path, overhead, overhead.isEmpty()), UID);
  }

  static Stream<Arguments> layouts() {
    return Stream.of(Layout.values())
        .flatMap(layout -> Stream.of(Version.values()).map(each -> Arguments.of(layout, each)));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void eachLayoutIsReadOnBothVersions(Layout layout, Version version) {
    var tree = tree(version);
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
      var usage = read(withUid(layout.record(roots, ID), uid));

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
    tree(version)
        .cpu(KATA, 100)
        .cpu("kata_overhead/" + ID, 10)
        .memory(Layout.POD, 700, 100, 4)
        .memory("kubepods", 90_000, 0, 99);

    var usage = read(go("/" + KATA, "/kata_overhead/" + ID));

    assertThat(usage.layout()).isEqualTo(HostLayout.SPLIT);
    assertThat(usage.cpuUsageSeconds()).hasValue(110);
    assertThat(usage.memoryUsageBytes()).hasValue(700 * MIB);
    assertThat(usage.memoryWorkingSetBytes()).hasValue(600 * MIB);
    assertThat(usage.memoryOomKills()).hasValue(4);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void memoryOfThePodsOwnCgroupIncludesTheOverheadCgroup(Version version) {
    tree(version)
        .cpu(KATA, 100)
        .cgroup(Layout.POD + "/overhead_" + ID, 10, 30, 5, 1)
        .memory(Layout.POD, 700, 100, 4);

    var usage = read(go("/" + KATA, "/" + Layout.POD + "/overhead_" + ID));

    assertThat(usage.layout()).isEqualTo(HostLayout.POD);
    assertThat(usage.cpuUsageSeconds()).hasValue(110);
    assertThat(usage.memoryUsageBytes()).hasValue(700 * MIB);
    assertThat(usage.memoryOomKills()).hasValue(4);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void missingMemoryIsNeverReadFromASharedCgroup(Version version) {
    tree(version).cpu("kata_sandboxed_pod/" + ID, 100).memory("kata_sandboxed_pod", 700, 100, 4);

    var usage = read(go("/kata_sandboxed_pod/" + ID, ""));

    assertThat(usage.cpuUsageSeconds()).hasValue(100);
    assertThat(usage.memoryUsageBytes()).isEmpty();
    assertThat(usage.memoryWorkingSetBytes()).isEmpty();
    assertThat(usage.memoryOomKills()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void cgroupOfAPodWithTwoSandboxesIsNotUsedForEither(Version version) {
    var tree =
        tree(version)
            .cpu(KATA, 100)
            .cpu(Layout.POD + "/kata_" + OTHER, 5)
            .memory(Layout.POD, 700, 100, 4);
    var one = go("/" + KATA, "");
    var other =
        withUid(
            SandboxFixture.go(roots, OTHER, "/" + Layout.POD + "/kata_" + OTHER, "", true), UID);

    var both = readAll(one, other);
    tree.remove(Layout.POD + "/kata_" + OTHER);
    readAll(one, other);
    var afterwards = readAll(one, other);

    assertThat(both).allSatisfy(usage -> assertThat(usage.memoryUsageBytes()).isEmpty());
    assertThat(afterwards.get(0).memoryUsageBytes()).hasValue(700 * MIB);
    assertThat(afterwards.get(1).layout()).isEqualTo(HostLayout.UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void limitAndQuotaAreTheNearestOnesIndependently(Version version) {
    tree(version)
        .cgroup(Layout.POD + "/inner/kata_" + ID, 1, 1, 0, 0)
        .limits(Layout.POD + "/inner", 300, -1, 0)
        .limits(Layout.POD, 500, 2, 7)
        .limits("kubepods/burstable", 100, 0.5, 9);

    var usage = read(go("/" + Layout.POD + "/inner/kata_" + ID, ""));

    assertThat(usage.memoryLimitBytes()).hasValue(300 * MIB);
    assertThat(usage.cpuQuotaCores()).hasValue(2);
    assertThat(usage.cpuThrottledSeconds()).hasValue(7);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void limitAboveThePodsOwnCgroupDoesNotCount(Version version) {
    tree(version)
        .cgroup(KATA, 1, 1, 0, 0)
        .limits(Layout.POD, -1, -1, 0)
        .limits("kubepods", 100, 0.5, 9);

    var usage = read(go("/" + KATA, ""));

    assertThat(usage.layout()).isEqualTo(HostLayout.POD);
    assertThat(usage.memoryLimitBytes()).isEmpty();
    assertThat(usage.cpuQuotaCores()).isEmpty();
    assertThat(usage.cpuThrottledSeconds()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void nestedPathsCountOnce(Version version) {
    tree(version)
        .cgroup(KATA, 100, 500, 50, 2)
        .cgroup(KATA + "/overhead", 10, 30, 5, 1)
        .cgroup("kata_overhead/" + ID, 300, 900, 0, 5)
        .cgroup("kata_overhead/" + ID + "/inner", 200, 800, 0, 4);

    var inside = read(go("/" + KATA, "/" + KATA + "/overhead"));
    var same = read(go("/" + KATA, "/" + KATA));
    var around = read(go("/kata_overhead/" + ID + "/inner", "/kata_overhead/" + ID));

    assertThat(inside.cpuUsageSeconds()).hasValue(100);
    assertThat(same.memoryUsageBytes()).hasValue(500 * MIB);
    assertThat(around.cpuUsageSeconds()).hasValue(300);
    assertThat(around.memoryOomKills()).hasValue(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/vc",
        "/kata_vc",
        "/kata_overhead",
        "/../x",
        "/kubepods/../kubepods/burstable",
        "/link",
        "/nowhere"
      })
  void withoutAUsablePathTheLayoutIsUnknown(String path) throws IOException {
    var tree = tree(Version.V2).cgroup(KATA, 1, 1, 0, 0);
    for (var shared : List.of("vc", "kata_vc", "kata_overhead", "x")) {
      tree.cgroup(shared, 1, 1, 0, 0);
    }
    Files.createSymbolicLink(cgroups.resolve("link"), Path.of(KATA));

    assertThat(read(go(path, ""))).isEqualTo(HostUsage.UNKNOWN);
  }

  @Test
  void bothPathsAreRejectedIndependently() {
    tree(Version.V2)
        .cgroup(KATA, 100, 500, 50, 2)
        .cgroup("kata_overhead", 900, 900, 0, 0)
        .cgroup("kata_overhead/" + ID, 10, 30, 5, 1);

    assertThat(read(go("/" + KATA, "/kata_overhead")).cpuUsageSeconds()).hasValue(100);
    assertThat(read(go("/kata_vc", "/kata_overhead/" + ID)).cpuUsageSeconds()).hasValue(10);
  }

  @Test
  void pathOfTwoSandboxesIsUsedForNeither() {
    tree(Version.V2).cgroup("shared", 1, 1, 0, 0);

    var usages =
        readAll(
            SandboxFixture.go(roots, ID, "/shared", "", true),
            SandboxFixture.go(roots, OTHER, "/shared", "", true));

    assertThat(usages).containsExactly(HostUsage.UNKNOWN, HostUsage.UNKNOWN);
  }

  @Test
  void pathWithTheIdOfAnotherSandboxIsNotUsed() {
    tree(Version.V2).cgroup(KATA, 100, 500, 50, 2);
    var owner = go("/" + KATA, "");
    var thief = SandboxFixture.go(roots, OTHER, "/" + KATA, "", true);

    assertThat(read(thief).cpuUsageSeconds()).hasValue(100); // the only known sandbox
    var usages = readAll(owner, thief);

    assertThat(usages.get(0).cpuUsageSeconds()).hasValue(100);
    assertThat(usages.get(1)).isEqualTo(HostUsage.UNKNOWN);
  }

  @Test
  void remoteSandboxHasNothingOnThisHost() {
    tree(Version.V2).cgroup(KATA, 100, 500, 50, 2);

    assertThat(read(SandboxFixture.go(roots, ID, "/" + KATA, "", true, "remote")))
        .isEqualTo(HostUsage.REMOTE);
  }

  @Test
  void lastGoodStateFileIsKept() throws IOException {
    tree(Version.V2).cgroup(KATA, 100, 500, 50, 2);
    var sandbox = go("/" + KATA, "");
    var file = roots.resolve(ID).resolve("persist.json");

    read(sandbox);
    Files.writeString(file, "{\"SandboxCgroup");
    assertThat(read(sandbox).cpuUsageSeconds()).hasValue(100);
    Files.delete(file);
    assertThat(read(sandbox).cpuUsageSeconds()).hasValue(100);
  }

  @Test
  void changedStateFileIsFollowed() {
    tree(Version.V2).cgroup(KATA, 100, 500, 50, 2).cgroup("moved/" + ID, 7, 1, 0, 0);

    assertThat(read(go("/" + KATA, "")).cpuUsageSeconds()).hasValue(100);
    assertThat(read(go("/moved/" + ID, "")).cpuUsageSeconds()).hasValue(7);
  }

  @Test
  void withoutAStateFileTheLayoutIsUnknown() {
    tree(Version.V2).cgroup(KATA, 100, 500, 50, 2);

    assertThat(read(SandboxFixture.sandbox(roots, ID, ShimRuntime.GO)))
        .isEqualTo(HostUsage.UNKNOWN);
  }

  @Test
  void podIsRecognizedOnceTheRuntimeReportsItsUid() {
    tree(Version.V2).cgroup("podunusual/kata_" + ID, 1, 1, 0, 0).limits("podunusual", 64, 1, 0);
    var sandbox = go("/podunusual/kata_" + ID, "");

    assertThat(read(withUid(sandbox, "")).layout()).isEqualTo(HostLayout.OUTSIDE);
    assertThat(read(withUid(sandbox, "unusual")).memoryLimitBytes()).hasValue(64 * MIB);
    assertThat(read(withUid(sandbox, UID)).layout()).isEqualTo(HostLayout.OUTSIDE);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void cgroupThatVanishesIsUnknownUntilItIsBack(Version version) {
    var tree = tree(version).cgroup(KATA, 100, 500, 50, 2).cgroup(Layout.POD, 1, 900, 0, 0);
    tree.cgroup("kata_overhead/" + ID, 10, 30, 5, 1);
    var sandbox = go("/" + KATA, "/kata_overhead/" + ID);

    read(sandbox);
    tree.remove(KATA);
    assertThat(read(sandbox)).isEqualTo(HostUsage.UNKNOWN);
    assertThat(read(sandbox)).isEqualTo(HostUsage.UNKNOWN);
    tree.cgroup(KATA, 101, 500, 50, 2);
    assertThat(read(sandbox).cpuUsageSeconds()).hasValue(111);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void countersAreAbsentOnceTheOverheadCgroupIsGone(Version version) {
    var tree =
        tree(version).cgroup(KATA, 100, 500, 50, 2).cgroup("kata_overhead/" + ID, 9, 30, 5, 1);
    var sandbox = go("/" + KATA, "/kata_overhead/" + ID);

    read(sandbox);
    tree.remove("kata_overhead/" + ID);
    var usage = read(sandbox);

    assertThat(usage.cpuUsageSeconds()).isEmpty();
    assertThat(usage.memoryOomKills()).isEmpty();
    assertThat(usage.memoryUsageBytes()).hasValue(500 * MIB);
  }

  @Test
  void overheadCgroupThatComesLateIsFoundWithinSeconds() {
    var tree = tree(Version.V2).cgroup(KATA, 100, 500, 50, 2);
    var sandbox = go("/" + KATA, "/kata_overhead/" + ID);

    read(sandbox);
    tree.cgroup("kata_overhead/" + ID, 10, 30, 5, 1);
    now += Duration.ofSeconds(4).toNanos();
    assertThat(read(sandbox).cpuUsageSeconds()).hasValue(100);
    now += Duration.ofSeconds(1).toNanos();
    assertThat(read(sandbox).cpuUsageSeconds()).hasValue(110);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-5\n", "9223372036854775808\n", "many\n"})
  void implausibleFilesAreAbsentAndNeverZero(String content) {
    var tree = tree(Version.V2).cgroup(KATA, 100, 500, 50, 2).cgroup(Layout.POD, 1, 900, 0, 7);
    tree.write(KATA + "/memory.current", content);
    tree.write(KATA + "/memory.events", "oom_kill " + content);
    tree.write(KATA + "/cpu.stat", "usage_usec " + content);

    var usage = read(go("/" + KATA, ""));

    assertThat(usage.layout()).isEqualTo(HostLayout.POD);
    assertThat(usage.cpuUsageSeconds()).isEmpty();
    assertThat(usage.memoryUsageBytes()).isEmpty();
    assertThat(usage.memoryWorkingSetBytes()).isEmpty();
    assertThat(usage.memoryOomKills()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory.current", "memory.events"})
  void unreadableFileIsNotReplacedByThatOfThePod(String name) throws IOException {
    tree(Version.V2).cgroup(KATA, 100, 500, 50, 2).cgroup(Layout.POD, 1, 900, 0, 7);
    var file = cgroups.resolve(KATA).resolve(name);
    Files.delete(file);
    Files.createSymbolicLink(file, cgroups.resolve(Layout.POD).resolve(name));

    var usage = read(go("/" + KATA, ""));

    assertThat(name.equals("memory.events") ? usage.memoryOomKills() : usage.memoryUsageBytes())
        .isEmpty();
  }

  @Test
  void missingFileLosesOnlyItsSeries() throws IOException {
    tree(Version.V2).cgroup("x/" + ID, 100, 500, 50, 2);
    var sandbox = go("/x/" + ID, "");
    for (var file : List.of("memory.stat", "cpu.stat", "memory.events")) {
      Files.delete(cgroups.resolve("x/" + ID).resolve(file));
    }

    var usage = read(sandbox);

    assertThat(usage.memoryUsageBytes()).hasValue(500 * MIB);
    assertThat(usage.memoryWorkingSetBytes()).isEmpty();
    assertThat(usage.cpuUsageSeconds()).isEmpty();
    assertThat(usage.memoryOomKills()).isEmpty();
  }

  @Test
  void sumsThatDoNotFitAreAbsent() {
    var tree =
        tree(Version.V2).cgroup(KATA, 100, 500, 50, 2).cgroup("kata_overhead/" + ID, 9, 30, 5, 1);
    tree.write(KATA + "/memory.current", Long.MAX_VALUE + "\n");

    var usage = read(go("/" + KATA, "/kata_overhead/" + ID));

    assertThat(usage.memoryUsageBytes()).isEmpty();
    assertThat(usage.cpuUsageSeconds()).hasValue(109);
  }

  @Test
  void moreInactiveFilePagesThanUsageIsAWorkingSetOfZero() {
    tree(Version.V2).cgroup(KATA, 100, 50, 60, 2);

    assertThat(read(go("/" + KATA, "")).memoryWorkingSetBytes()).hasValue(0);
  }

  @Test
  void layoutIsUnknownUntilThereIsACgroupFileSystem() throws IOException {
    var sandbox = go("/" + KATA, "");

    assertThat(read(sandbox)).isEqualTo(HostUsage.UNKNOWN);
    Files.writeString(cgroups, "no directory");
    assertThat(read(sandbox)).isEqualTo(HostUsage.UNKNOWN);
    Files.delete(cgroups);
    var tree = tree(Version.V2).cgroup(KATA, 100, 500, 50, 2);
    assertThat(read(sandbox).cpuUsageSeconds()).hasValue(100);
    Files.delete(tree.root().resolve("cgroup.controllers"));
    assertThat(read(sandbox)).isEqualTo(HostUsage.UNKNOWN);
  }

  @Test
  void unsearchableRootCountsAsAbsent() throws IOException {
    Files.createSymbolicLink(cgroups, cgroups); // every access fails

    assertThat(read(go("/" + KATA, ""))).isEqualTo(HostUsage.UNKNOWN);
  }

  @Test
  void remountAsAnotherVersionIsFollowed() throws IOException {
    tree(Version.V2).cgroup(KATA, 100, 500, 50, 2);
    var sandbox = go("/" + KATA, "");

    read(sandbox);
    Files.move(cgroups, directory.resolve("before"));
    tree(Version.V1).cgroup(KATA, 200, 500, 50, 2);

    assertThat(read(sandbox).cpuUsageSeconds()).hasValue(200);
  }

  @Test
  void stateOfARemovedSandboxIsDropped() throws IOException {
    tree(Version.V2).cgroup(KATA, 100, 500, 50, 2);
    var sandbox = go("/" + KATA, "");

    read(sandbox);
    readAll();
    Files.delete(roots.resolve(ID).resolve("persist.json"));

    assertThat(read(sandbox)).isEqualTo(HostUsage.UNKNOWN);
  }
}
