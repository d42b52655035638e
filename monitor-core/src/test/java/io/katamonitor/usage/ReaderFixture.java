package io.katamonitor.usage;

import static io.katamonitor.usage.SandboxFixture.UID;
import static io.katamonitor.usage.SandboxFixture.withUid;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.usage.CgroupTree.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A {@link HostUsageReader} over a directory with a storage root and a tree of cgroups. */
final class ReaderFixture {
  static final String ID = "0123abcd";
  static final String OTHER = "4567cdef";

  /** The sandbox's cgroup in that of its pod. */
  static final String KATA = Layout.POD + "/kata_" + ID;

  final Path directory;
  final Path roots;
  final Path cgroups;
  private final HostUsageReader reader;
  private long nowNanos = 1;

  ReaderFixture(Path directory) {
    this.directory = directory;
    roots = directory.resolve("sbs");
    cgroups = directory.resolve("cgroup");
    reader = new HostUsageReader(cgroups);
  }

  CgroupTree tree(Version version) {
    return CgroupTree.make(cgroups, version);
  }

  void pass(Duration time) {
    nowNanos += time.toNanos();
  }

  List<HostUsage> readAll(Sandbox... sandboxes) {
    var list = new UsageList();
    reader.read(List.of(sandboxes), nowNanos, list);
    assertThat(list.usages).hasSameSizeAs(sandboxes);
    return list.usages;
  }

  HostUsage read(Sandbox sandbox) {
    return readAll(sandbox).getFirst();
  }

  /**
   * A sandbox of a Go shim whose state file records these paths. Without the second, its only
   * cgroup is the sandbox's.
   */
  Sandbox go(String path, String overhead) {
    return withUid(SandboxFixture.go(roots, ID, path, overhead, overhead.isEmpty()), UID);
  }
}
