package io.katamonitor.usage;

import static io.katamonitor.usage.ReaderFixture.ID;
import static io.katamonitor.usage.ReaderFixture.KATA;
import static io.katamonitor.usage.ReaderFixture.OTHER;
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

/** Which of the paths that state files record are read by {@link HostUsageReader}. */
class HostUsagePathsTest {
  private final ReaderFixture host;

  HostUsagePathsTest(@TempDir Path directory) {
    host = new ReaderFixture(directory);
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
    var tree = host.tree(Version.V2).cgroup(KATA, 1, 1, 0, 0);
    for (var shared : List.of("vc", "kata_vc", "kata_overhead", "x")) {
      tree.cgroup(shared, 1, 1, 0, 0);
    }
    Files.createSymbolicLink(host.cgroups.resolve("link"), Path.of(KATA));

    assertThat(host.read(host.go(path, ""))).isEqualTo(HostUsage.UNKNOWN);
  }

  @Test
  void bothPathsAreRejectedIndependently() {
    host.tree(Version.V2)
        .cgroup(KATA, 100, 500, 50, 2)
        .cgroup("kata_overhead", 900, 900, 0, 0)
        .cgroup("kata_overhead/" + ID, 10, 30, 5, 1);

    assertThat(host.read(host.go("/" + KATA, "/kata_overhead")).cpuUsageSeconds()).hasValue(100);
    assertThat(host.read(host.go("/kata_vc", "/kata_overhead/" + ID)).cpuUsageSeconds())
        .hasValue(10);
  }

  @Test
  void pathOfTwoSandboxesIsUsedForNeither() {
    host.tree(Version.V2).cgroup("shared", 1, 1, 0, 0);

    var usages =
        host.readAll(
            SandboxFixture.go(host.roots, ID, "/shared", "", true),
            SandboxFixture.go(host.roots, OTHER, "/shared", "", true));

    assertThat(usages).containsExactly(HostUsage.UNKNOWN, HostUsage.UNKNOWN);
  }

  @Test
  void pathWithTheIdOfAnotherSandboxIsNotUsed() {
    host.tree(Version.V2).cgroup(KATA, 100, 500, 50, 2);
    var owner = host.go("/" + KATA, "");
    var thief = SandboxFixture.go(host.roots, OTHER, "/" + KATA, "", true);

    assertThat(host.read(thief).cpuUsageSeconds()).hasValue(100); // the only known sandbox
    var usages = host.readAll(owner, thief);

    assertThat(usages.get(0).cpuUsageSeconds()).hasValue(100);
    assertThat(usages.get(1)).isEqualTo(HostUsage.UNKNOWN);
  }

  @Test
  void remoteSandboxHasNothingOnThisHost() {
    host.tree(Version.V2).cgroup(KATA, 100, 500, 50, 2);

    assertThat(host.read(SandboxFixture.go(host.roots, ID, "/" + KATA, "", true, "remote")))
        .isEqualTo(HostUsage.REMOTE);
  }
}
