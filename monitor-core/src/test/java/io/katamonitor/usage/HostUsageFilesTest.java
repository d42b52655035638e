package io.katamonitor.usage;

import static io.katamonitor.usage.CgroupTree.MIB;
import static io.katamonitor.usage.ReaderFixture.ID;
import static io.katamonitor.usage.ReaderFixture.KATA;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.usage.CgroupTree.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link HostUsageReader} makes of the content of cgroup files. */
class HostUsageFilesTest {
  private final ReaderFixture host;

  HostUsageFilesTest(@TempDir Path directory) {
    host = new ReaderFixture(directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-5\n", "9223372036854775808\n", "many\n"})
  void implausibleFilesAreAbsentAndNeverZero(String content) {
    var tree = host.tree(Version.V2).cgroup(KATA, 100, 500, 50, 2).cgroup(Layout.POD, 1, 900, 0, 7);
    tree.write(KATA + "/memory.current", content);
    tree.write(KATA + "/memory.events", "oom_kill " + content);
    tree.write(KATA + "/cpu.stat", "usage_usec " + content);

    var usage = host.read(host.go("/" + KATA, ""));

    assertThat(usage.layout()).isEqualTo(HostLayout.POD);
    assertThat(usage.cpuUsageSeconds()).isEmpty();
    assertThat(usage.memoryUsageBytes()).isEmpty();
    assertThat(usage.memoryWorkingSetBytes()).isEmpty();
    assertThat(usage.memoryOomKills()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"memory.current", "memory.events"})
  void unreadableFileIsNotReplacedByThatOfThePod(String name) throws IOException {
    host.tree(Version.V2).cgroup(KATA, 100, 500, 50, 2).cgroup(Layout.POD, 1, 900, 0, 7);
    var file = host.cgroups.resolve(KATA).resolve(name);
    Files.delete(file);
    Files.createSymbolicLink(file, host.cgroups.resolve(Layout.POD).resolve(name));

    var usage = host.read(host.go("/" + KATA, ""));

    assertThat(name.equals("memory.events") ? usage.memoryOomKills() : usage.memoryUsageBytes())
        .isEmpty();
  }

  @Test
  void missingFileLosesOnlyItsSeries() throws IOException {
    host.tree(Version.V2).cgroup("x/" + ID, 100, 500, 50, 2);
    var sandbox = host.go("/x/" + ID, "");
    for (var file : List.of("memory.stat", "cpu.stat", "memory.events")) {
      Files.delete(host.cgroups.resolve("x/" + ID).resolve(file));
    }

    var usage = host.read(sandbox);

    assertThat(usage.memoryUsageBytes()).hasValue(500 * MIB);
    assertThat(usage.memoryWorkingSetBytes()).isEmpty();
    assertThat(usage.cpuUsageSeconds()).isEmpty();
    assertThat(usage.memoryOomKills()).isEmpty();
  }

  @Test
  void sumsThatDoNotFitAreAbsent() {
    var tree =
        host.tree(Version.V2)
            .cgroup(KATA, 100, 500, 50, 2)
            .cgroup("kata_overhead/" + ID, 9, 30, 5, 1);
    tree.write(KATA + "/memory.current", Long.MAX_VALUE + "\n");

    var usage = host.read(host.go("/" + KATA, "/kata_overhead/" + ID));

    assertThat(usage.memoryUsageBytes()).isEmpty();
    assertThat(usage.cpuUsageSeconds()).hasValue(109);
  }

  @Test
  void moreInactiveFilePagesThanUsageIsAWorkingSetOfZero() {
    host.tree(Version.V2).cgroup(KATA, 100, 50, 60, 2);

    assertThat(host.read(host.go("/" + KATA, "")).memoryWorkingSetBytes()).hasValue(0);
  }
}
