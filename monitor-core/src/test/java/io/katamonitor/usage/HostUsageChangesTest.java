package io.katamonitor.usage;

import static io.katamonitor.usage.CgroupTree.MIB;
import static io.katamonitor.usage.ReaderFixture.ID;
import static io.katamonitor.usage.ReaderFixture.KATA;
import static io.katamonitor.usage.SandboxFixture.UID;
import static io.katamonitor.usage.SandboxFixture.withUid;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.usage.CgroupTree.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link HostUsageReader} reads again when state files and cgroups come, change and go. */
class HostUsageChangesTest {
  private final ReaderFixture host;

  HostUsageChangesTest(@TempDir Path directory) {
    host = new ReaderFixture(directory);
  }

  @Test
  void lastGoodStateFileIsKept() throws IOException {
    host.tree(Version.V2).cgroup(KATA, 100, 500, 50, 2);
    var sandbox = host.go("/" + KATA, "");
    var file = host.roots.resolve(ID).resolve("persist.json");

    host.read(sandbox);
    Files.writeString(file, "{\"SandboxCgroup");
    assertThat(host.read(sandbox).cpuUsageSeconds()).hasValue(100);
    Files.delete(file);
    assertThat(host.read(sandbox).cpuUsageSeconds()).hasValue(100);
  }

  @Test
  void changedStateFileIsFollowed() {
    host.tree(Version.V2).cgroup(KATA, 100, 500, 50, 2).cgroup("moved/" + ID, 7, 1, 0, 0);

    assertThat(host.read(host.go("/" + KATA, "")).cpuUsageSeconds()).hasValue(100);
    assertThat(host.read(host.go("/moved/" + ID, "")).cpuUsageSeconds()).hasValue(7);
  }

  @Test
  void withoutAStateFileTheLayoutIsUnknown() {
    host.tree(Version.V2).cgroup(KATA, 100, 500, 50, 2);

    assertThat(host.read(SandboxFixture.sandbox(host.roots, ID, ShimRuntime.GO)))
        .isEqualTo(HostUsage.UNKNOWN);
  }

  @Test
  void stateOfARemovedSandboxIsDropped() throws IOException {
    host.tree(Version.V2).cgroup(KATA, 100, 500, 50, 2);
    var sandbox = host.go("/" + KATA, "");

    host.read(sandbox);
    host.readAll();
    Files.delete(host.roots.resolve(ID).resolve("persist.json"));

    assertThat(host.read(sandbox)).isEqualTo(HostUsage.UNKNOWN);
  }

  @Test
  void podIsRecognizedOnceTheRuntimeReportsItsUid() {
    host.tree(Version.V2)
        .cgroup("podunusual/kata_" + ID, 1, 1, 0, 0)
        .limits("podunusual", 64, 1, 0);
    var sandbox = host.go("/podunusual/kata_" + ID, "");

    assertThat(host.read(withUid(sandbox, "")).layout()).isEqualTo(HostLayout.OUTSIDE);
    assertThat(host.read(withUid(sandbox, "unusual")).memoryLimitBytes()).hasValue(64 * MIB);
    assertThat(host.read(withUid(sandbox, UID)).layout()).isEqualTo(HostLayout.OUTSIDE);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void cgroupThatVanishesIsUnknownUntilItIsBack(Version version) {
    var tree = host.tree(version).cgroup(KATA, 100, 500, 50, 2).cgroup(Layout.POD, 1, 900, 0, 0);
    tree.cgroup("kata_overhead/" + ID, 10, 30, 5, 1);
    var sandbox = host.go("/" + KATA, "/kata_overhead/" + ID);

    host.read(sandbox);
    tree.remove(KATA);
    assertThat(host.read(sandbox)).isEqualTo(HostUsage.UNKNOWN);
    assertThat(host.read(sandbox)).isEqualTo(HostUsage.UNKNOWN);
    tree.cgroup(KATA, 101, 500, 50, 2);
    assertThat(host.read(sandbox).cpuUsageSeconds()).hasValue(111);
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void countersAreAbsentOnceTheOverheadCgroupIsGone(Version version) {
    var tree =
        host.tree(version).cgroup(KATA, 100, 500, 50, 2).cgroup("kata_overhead/" + ID, 9, 30, 5, 1);
    var sandbox = host.go("/" + KATA, "/kata_overhead/" + ID);

    host.read(sandbox);
    tree.remove("kata_overhead/" + ID);
    var usage = host.read(sandbox);

    assertThat(usage.cpuUsageSeconds()).isEmpty();
    assertThat(usage.memoryOomKills()).isEmpty();
    assertThat(usage.memoryUsageBytes()).hasValue(500 * MIB);
  }

  @Test
  void overheadCgroupThatComesLateIsFoundWithinSeconds() {
    var tree = host.tree(Version.V2).cgroup(KATA, 100, 500, 50, 2);
    var sandbox = host.go("/" + KATA, "/kata_overhead/" + ID);

    host.read(sandbox);
    tree.cgroup("kata_overhead/" + ID, 10, 30, 5, 1);
    host.pass(Duration.ofSeconds(4));
    assertThat(host.read(sandbox).cpuUsageSeconds()).hasValue(100);
    host.pass(Duration.ofSeconds(1));
    assertThat(host.read(sandbox).cpuUsageSeconds()).hasValue(110);
  }

  @Test
  void layoutIsUnknownUntilThereIsACgroupFileSystem() throws IOException {
    var sandbox = host.go("/" + KATA, "");

    assertThat(host.read(sandbox)).isEqualTo(HostUsage.UNKNOWN);
    Files.writeString(host.cgroups, "no directory");
    assertThat(host.read(sandbox)).isEqualTo(HostUsage.UNKNOWN);
    Files.delete(host.cgroups);
    var tree = host.tree(Version.V2).cgroup(KATA, 100, 500, 50, 2);
    assertThat(host.read(sandbox).cpuUsageSeconds()).hasValue(100);
    Files.delete(tree.root().resolve("cgroup.controllers"));
    assertThat(host.read(sandbox)).isEqualTo(HostUsage.UNKNOWN);
  }

  @Test
  void unsearchableRootCountsAsAbsent() throws IOException {
    Files.createSymbolicLink(host.cgroups, host.cgroups); // every access fails

    assertThat(host.read(host.go("/" + KATA, ""))).isEqualTo(HostUsage.UNKNOWN);
  }

  @Test
  void remountAsAnotherVersionIsFollowed() throws IOException {
    host.tree(Version.V2).cgroup(KATA, 100, 500, 50, 2);
    var sandbox = host.go("/" + KATA, "");

    host.read(sandbox);
    Files.move(host.cgroups, host.directory.resolve("before"));
    host.tree(Version.V1).cgroup(KATA, 200, 500, 50, 2);

    assertThat(host.read(sandbox).cpuUsageSeconds()).hasValue(200);
  }
}
