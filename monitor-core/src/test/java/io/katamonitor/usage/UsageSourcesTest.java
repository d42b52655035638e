package io.katamonitor.usage;

import static io.katamonitor.usage.CgroupTree.MIB;
import static io.katamonitor.usage.SandboxFixture.UID;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.usage.CgroupTree.Version;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageSourcesTest {
  private static final String SANDBOX = Layout.POD + "/kata_x";

  private final CgroupFileReader reader = new CgroupFileReader();
  @TempDir Path root;

  private FoundCgroup found(String path) {
    var cgroup = Objects.requireNonNull(CgroupMount.detect(root)).find(path);
    return new FoundCgroup(path, Objects.requireNonNull(cgroup));
  }

  private UsageSources sources(@Nullable FoundCgroup sandbox, @Nullable FoundCgroup overhead) {
    var mount = Objects.requireNonNull(CgroupMount.detect(root));
    return Objects.requireNonNull(UsageSources.of(sandbox, overhead, UID, mount));
  }

  @Test
  void withoutACgroupThereAreNoSources() {
    CgroupTree.make(root, Version.V2);
    var mount = Objects.requireNonNull(CgroupMount.detect(root));

    assertThat(UsageSources.of(null, null, UID, mount)).isNull();
  }

  @Test
  void podsOwnCgroupIsNamed() {
    CgroupTree.make(root, Version.V2).cpu(SANDBOX, 1).cpu("kata_overhead/x", 1);

    assertThat(sources(found(SANDBOX), null).podPath()).isEqualTo(Layout.POD);
    assertThat(sources(found("kata_overhead/x"), null).podPath()).isNull();
  }

  @Test
  void sandboxInThePodsOwnCgroupItselfHasItsLimits() {
    CgroupTree.make(root, Version.V2)
        .cgroup(Layout.POD, 5, 500, 50, 2)
        .limits(Layout.POD, 1024, 2, 0);

    var usage = sources(found(Layout.POD), null).read(reader, false);

    assertThat(usage.layout()).isEqualTo(HostLayout.POD);
    assertThat(usage.memoryUsageBytes()).hasValue(500 * MIB);
    assertThat(usage.memoryLimitBytes()).hasValue(1024 * MIB);
  }

  @Test
  void memoryOfTheOverheadCgroupAloneIsAbsent() {
    CgroupTree.make(root, Version.V2).cpu("other/kata_x", 5).cgroup("kata_overhead/x", 1, 30, 5, 1);

    var usage = sources(found("other/kata_x"), found("kata_overhead/x")).read(reader, false);

    assertThat(usage.layout()).isEqualTo(HostLayout.OUTSIDE);
    assertThat(usage.cpuUsageSeconds()).hasValue(6);
    assertThat(usage.memoryUsageBytes()).isEmpty();
    assertThat(usage.memoryWorkingSetBytes()).isEmpty();
    assertThat(usage.memoryOomKills()).isEmpty();
  }

  @Test
  void cgroupThatVanishesBetweenTwoFilesIsNotReadFromThePod() {
    var tree = CgroupTree.make(root, Version.V2).cgroup(SANDBOX, 5, 500, 50, 2);
    tree.memory(Layout.POD, 900, 0, 0);
    var sources = sources(found(SANDBOX), null);

    tree.remove(SANDBOX);

    assertThat(sources.read(reader, false)).isEqualTo(HostUsage.UNKNOWN);
  }

  @Test
  void malformedFileOfTheOverheadCgroupMakesTheSumAbsent() {
    var tree = CgroupTree.make(root, Version.V2).cgroup(SANDBOX, 5, 500, 50, 2);
    tree.cgroup("kata_overhead/x", 1, 30, 5, 1).write("kata_overhead/x/memory.current", "-1\n");

    var usage = sources(found(SANDBOX), found("kata_overhead/x")).read(reader, false);

    assertThat(usage.memoryUsageBytes()).isEmpty();
    assertThat(usage.memoryOomKills()).hasValue(3);
  }
}
