package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.usage.CgroupTree.Version;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxCgroupsTest {
  private static final String ID = "0123abcd";
  private static final long SECOND = 1_000_000_000L;

  private final CgroupFileReader reader = new CgroupFileReader();
  @TempDir Path directory;
  private CgroupTree tree;
  private CgroupMount mount;

  @BeforeEach
  void makeTree() {
    tree = CgroupTree.make(directory.resolve("cgroup"), Version.V2);
    mount = Objects.requireNonNull(CgroupMount.detect(tree.root()));
  }

  private Sandbox go(String path, String overhead) {
    return SandboxFixture.go(directory, ID, path, overhead, overhead.isEmpty());
  }

  private HostUsage arrangeAndRead(SandboxCgroups cgroups) {
    var claims = new ClaimedPaths();
    cgroups.claim(claims);
    cgroups.arrange(claims, mount);
    return cgroups.read(reader, true, false);
  }

  @Test
  void withoutAStateFileThereIsNothingToResolve() {
    var sandbox = SandboxFixture.sandbox(directory, ID, ShimRuntime.GO);
    var cgroups = new SandboxCgroups(sandbox);

    cgroups.update(sandbox);

    assertThat(cgroups.needsResolving(0)).isFalse();
    assertThat(cgroups.resolve(mount, 0)).isFalse();
    assertThat(arrangeAndRead(cgroups)).isEqualTo(HostUsage.UNKNOWN);
  }

  @Test
  void pathsAreResolvedOnceAsLongAsNothingChanges() {
    tree.cgroup("x/" + ID, 1, 1, 0, 0);
    var cgroups = new SandboxCgroups(go("/x/" + ID, ""));

    cgroups.update(go("/x/" + ID, ""));
    assertThat(cgroups.needsResolving(0)).isTrue();
    assertThat(cgroups.resolve(mount, 0)).isTrue();
    assertThat(cgroups.needsArranging()).isTrue();
    assertThat(arrangeAndRead(cgroups).cpuUsageSeconds()).hasValue(1);
    cgroups.update(go("/x/" + ID, ""));
    assertThat(cgroups.needsResolving(SECOND)).isFalse();
    assertThat(cgroups.needsArranging()).isFalse();
    cgroups.forget();
    assertThat(cgroups.needsResolving(SECOND)).isTrue();
  }

  @Test
  void missingOverheadCgroupIsSearchedEveryFiveSeconds() {
    tree.cgroup("x/" + ID, 1, 1, 0, 0);
    var sandbox = go("/x/" + ID, "/kata_overhead/" + ID);
    var cgroups = new SandboxCgroups(sandbox);

    cgroups.update(sandbox);
    cgroups.resolve(mount, 0);

    assertThat(cgroups.needsResolving(5 * SECOND - 1)).isFalse();
    assertThat(cgroups.needsResolving(5 * SECOND)).isTrue();
    assertThat(cgroups.resolve(mount, 5 * SECOND)).isFalse();
    tree.cgroup("kata_overhead/" + ID, 1, 1, 0, 0);
    assertThat(cgroups.resolve(mount, 10 * SECOND)).isTrue();
    assertThat(cgroups.needsResolving(20 * SECOND)).isFalse();
  }

  @Test
  void movedSandboxUsesTheStateFileOfItsNewDirectory() {
    tree.cgroup("x/" + ID, 1, 1, 0, 0).cgroup("y/" + ID, 2, 1, 0, 0);
    var before = go("/x/" + ID, "");
    var after = SandboxFixture.go(directory.resolve("new"), ID, "/y/" + ID, "", true);
    var cgroups = new SandboxCgroups(before);

    cgroups.update(after);
    cgroups.resolve(mount, 0);

    assertThat(arrangeAndRead(cgroups).cpuUsageSeconds()).hasValue(2);
    assertThat(cgroups.podPath()).isNull();
  }

  @Test
  void whileTheMountIsMissingTheUsageIsUnknown() {
    tree.cgroup("x/" + ID, 1, 1, 0, 0);
    var cgroups = new SandboxCgroups(go("/x/" + ID, ""));
    cgroups.update(go("/x/" + ID, ""));
    cgroups.resolve(mount, 0);
    arrangeAndRead(cgroups);

    assertThat(cgroups.read(reader, false, false)).isEqualTo(HostUsage.UNKNOWN);
  }
}
