package io.katamonitor.usage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The host's cgroup file system below {@code cgroup-root}: the unified hierarchy, or v1's
 * controllers. A hybrid system, which has both, is treated as v1: its unified hierarchy has no
 * controllers.
 *
 * @param unified v2's root; null on v1
 * @param memory v1: the controller's mount, null if it is missing; the others likewise
 */
record CgroupMount(
    @Nullable Path unified, @Nullable Path memory, @Nullable Path cpuacct, @Nullable Path cpu) {
  // By hand: the equals method that a record brings is linked at its first use, in the first
  // scrape.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CgroupMount mount
        && Objects.equals(unified, mount.unified)
        && Objects.equals(memory, mount.memory)
        && Objects.equals(cpuacct, mount.cpuacct)
        && Objects.equals(cpu, mount.cpu);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(unified) + Objects.hashCode(memory);
  }

  /** Finds the hierarchies; null if this is no cgroup file system or it cannot be read. */
  static @Nullable CgroupMount detect(Path root) {
    if (Files.exists(root.resolve("cgroup.controllers"))) {
      return new CgroupMount(root, null, null, null);
    }
    var memory = controller(root, "memory");
    var cpuacct = controller(root, "cpuacct");
    var cpu = controller(root, "cpu");
    return memory == null && cpuacct == null && cpu == null
        ? null
        : new CgroupMount(null, memory, cpuacct, cpu);
  }

  /** A controller's mount. Its name may be a link to the mount of several, as cpu,cpuacct. */
  private static @Nullable Path controller(Path root, String name) {
    var path = root.resolve(name);
    if (!Files.isDirectory(path)) {
      return null;
    }
    try {
      var real = path.toRealPath();
      return real.startsWith(root.toRealPath()) ? real : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** The cgroup at a relative path; null if there is none, or if the path contains a link. */
  @Nullable Cgroup find(String path) {
    if (unified != null) {
      var directory = directory(unified, path);
      return directory == null ? null : new CgroupV2(directory);
    }
    var memoryDirectory = directory(memory, path);
    var cpuacctDirectory = directory(cpuacct, path);
    var cpuDirectory = Objects.equals(cpu, cpuacct) ? cpuacctDirectory : directory(cpu, path);
    return memoryDirectory == null && cpuacctDirectory == null && cpuDirectory == null
        ? null
        : new CgroupV1(memoryDirectory, cpuacctDirectory, cpuDirectory);
  }

  private static @Nullable CgroupDirectory directory(@Nullable Path mount, String path) {
    if (mount == null) {
      return null;
    }
    var directory = mount;
    int begin = 0;
    while (begin < path.length()) {
      int slash = path.indexOf('/', begin);
      int end = slash < 0 ? path.length() : slash;
      directory = directory.resolve(path.substring(begin, end));
      if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        return null;
      }
      begin = end + 1;
    }
    return new CgroupDirectory(directory);
  }
}
