package io.katamonitor.usage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory with the files of a cgroup file system, as a kernel 6.x shows them. */
final class CgroupTree {
  enum Version {
    V1,
    V2
  }

  static final long MIB = 1 << 20;

  private final Path root;
  private final Version version;

  private CgroupTree(Path root, Version version) {
    this.root = root;
    this.version = version;
  }

  static CgroupTree make(Path root, Version version) {
    var tree = new CgroupTree(root, version);
    if (version == Version.V2) {
      tree.write("cgroup.controllers", "cpuset cpu io memory pids\n");
    } else {
      for (var controller : new String[] {"memory", "cpu,cpuacct", "systemd", "unified"}) {
        tree.makeDirectory(controller);
      }
      try {
        Files.createSymbolicLink(root.resolve("cpu"), Path.of("cpu,cpuacct"));
        Files.createSymbolicLink(root.resolve("cpuacct"), Path.of("cpu,cpuacct"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return tree;
  }

  Path root() {
    return root;
  }

  Version version() {
    return version;
  }

  /** Makes a cgroup with the files that hold these values; no limit, no quota. */
  CgroupTree cgroup(String path, double cpuSeconds, long memoryMib, long inactiveMib, long kills) {
    cpu(path, cpuSeconds);
    memory(path, memoryMib, inactiveMib, kills);
    limits(path, -1, -1, 0);
    return this;
  }

  /** Makes a cgroup with CPU files only, as without the memory controller. */
  CgroupTree cpu(String path, double seconds) {
    if (version == Version.V2) {
      cpuStat(path, seconds, 0);
    } else {
      write("cpuacct/" + path + "/cpuacct.usage", Math.round(seconds * 1e9) + "\n");
    }
    quota(path, -1);
    return this;
  }

  private void cpuStat(String path, double seconds, double throttledSeconds) {
    long usage = Math.round(seconds * 1e6);
    write(
        path + "/cpu.stat",
        "usage_usec %d\nuser_usec %d\nsystem_usec 0\nnr_periods 7\nnr_throttled 3\nthrottled_usec %d\n"
            .formatted(usage, usage, Math.round(throttledSeconds * 1e6)));
  }

  CgroupTree memory(String path, long mib, long inactiveMib, long kills) {
    long inactive = inactiveMib * MIB;
    if (version == Version.V2) {
      write(path + "/memory.current", mib * MIB + "\n");
      write(
          path + "/memory.stat",
          "anon 1\nfile 2\ninactive_anon 0\ninactive_file %d\nactive_file 9\n".formatted(inactive));
      write(path + "/memory.events", "low 0\nhigh 0\nmax 4\noom 5\noom_kill %d\n".formatted(kills));
    } else {
      write("memory/" + path + "/memory.usage_in_bytes", mib * MIB + "\n");
      write(
          "memory/" + path + "/memory.stat",
          "cache 3\ninactive_file 1\nhierarchical_memory_limit 5\ntotal_inactive_file %d\n"
              .formatted(inactive));
      write(
          "memory/" + path + "/memory.oom_control",
          "oom_kill_disable 0\nunder_oom 0\noom_kill %d\n".formatted(kills));
    }
    return this;
  }

  /** Sets limit and quota of a cgroup; -1 for none. */
  CgroupTree limits(String path, long limitMib, double cores, double throttledSeconds) {
    if (version == Version.V2) {
      write(path + "/memory.max", limitMib < 0 ? "max\n" : limitMib * MIB + "\n");
      if (throttledSeconds > 0) {
        cpuStat(path, 0, throttledSeconds);
      }
    } else {
      write(
          "memory/" + path + "/memory.limit_in_bytes",
          (limitMib < 0 ? 9223372036854771712L : limitMib * MIB) + "\n");
      write(
          "cpu/" + path + "/cpu.stat",
          "nr_periods 7\nnr_throttled 3\nthrottled_time %d\n"
              .formatted(Math.round(throttledSeconds * 1e9)));
    }
    quota(path, cores);
    return this;
  }

  private void quota(String path, double cores) {
    long quota = Math.round(cores * 100_000);
    if (version == Version.V2) {
      write(path + "/cpu.max", (cores < 0 ? "max" : String.valueOf(quota)) + " 100000\n");
    } else {
      write("cpu/" + path + "/cpu.cfs_quota_us", (cores < 0 ? -1 : quota) + "\n");
      write("cpu/" + path + "/cpu.cfs_period_us", "100000\n");
    }
  }

  void makeDirectory(String path) {
    try {
      Files.createDirectories(root.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(String path, String content) {
    var file = root.resolve(path);
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes a cgroup from all hierarchies. */
  void remove(String path) {
    var mounts = version == Version.V2 ? new String[] {""} : new String[] {"memory/", "cpu/"};
    for (var mount : mounts) {
      var directory = root.resolve(mount + path);
      if (Files.isDirectory(directory)) {
        removeAll(directory);
      }
    }
  }

  private static void removeAll(Path directory) {
    try (var entries = Files.list(directory)) {
      for (var entry : entries.toList()) {
        if (Files.isDirectory(entry)) {
          removeAll(entry);
        } else {
          Files.delete(entry);
        }
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
