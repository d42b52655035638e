package io.katamonitor.sim;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cgroup file system as a directory of ordinary files: the cgroups of the sandboxes that have a
 * {@link Placement}, below their pods' own with limit and quota. A file is written only if its
 * content changes, in one call and in place. From any thread.
 */
final class CgroupTree {
  /** Of 100 ms, as the kubelet sets it. */
  private static final long PERIOD_MICROS = 100_000;

  /** The value of v1 for no limit. */
  private static final long V1_UNLIMITED = 0x7FFF_FFFF_FFFF_F000L;

  private static final String CPU_MOUNT = "cpu,cpuacct";

  private final Path root;
  private final CgroupVersion version;
  private final Set<String> sandboxes = new HashSet<>();

  /** Content of each file. */
  private final Map<Path, String> written = new HashMap<>();

  CgroupTree(Path root, CgroupVersion version) {
    this.root = root;
    this.version = version;
    try {
      switch (version) {
        case NONE -> {}
        case V1 -> {
          Files.createDirectories(root.resolve("memory"));
          Files.createDirectories(root.resolve(CPU_MOUNT));
          for (var controller : new String[] {"cpu", "cpuacct"}) {
            if (!Files.exists(root.resolve(controller))) {
              Files.createSymbolicLink(root.resolve(controller), Path.of(CPU_MOUNT));
            }
          }
        }
        case V2 -> {
          Files.createDirectories(root);
          write(root, "cgroup.controllers", "cpuset cpu io memory hugetlb pids rdma misc\n");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates the cgroups of a sandbox and of its pod. */
  synchronized void add(SandboxSpec sandbox, PodUsage usage) {
    var placement = sandbox.placement();
    if (version == CgroupVersion.NONE || placement == null) {
      return;
    }
    sandboxes.add(sandbox.id());
    try {
      var pod = placement.podPath(sandbox.identity());
      writeLimits(pod, sandbox.workload().limitBytes(), sandbox.workload().quotaCores());
      var path = placement.sandboxPath(sandbox.identity());
      if (path != null) {
        writeLimits(path, 0, 0);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    update(sandbox, usage);
  }

  /** Writes the current usage of a sandbox; no effect for one that was removed. */
  synchronized void update(SandboxSpec sandbox, PodUsage usage) {
    var placement = sandbox.placement();
    if (placement == null || !sandboxes.contains(sandbox.id())) {
      return;
    }
    try {
      var pod = placement.podPath(sandbox.identity());
      var podUsage = CgroupUsage.NOTHING;
      var path = placement.sandboxPath(sandbox.identity());
      if (path != null) {
        var inSandbox = CgroupUsage.ofSandbox(placement, usage, version);
        writeUsage(path, inSandbox);
        podUsage = path.startsWith(pod + "/") ? inSandbox : podUsage;
      }
      writeUsage(pod, podUsage);
      var overheadPath = placement.overheadPath(sandbox.identity());
      if (overheadPath != null) {
        var inOverhead = CgroupUsage.ofOverhead(placement, usage, version);
        if (isMemoryOff(placement)) {
          writeCpu(overheadPath, inOverhead);
        } else {
          writeUsage(overheadPath, inOverhead);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Whether the overhead cgroup has no memory controller: on v2 with the Go runtime since 3.0; 2.5
   * supports only v1.
   */
  private boolean isMemoryOff(Placement placement) {
    return version == CgroupVersion.V2
        && placement.runtime() == Layout.GO
        && placement.hasSandboxCgroup();
  }

  /** Removes the cgroups of a sandbox, and those of its pod if that has no other sandbox. */
  synchronized void remove(SandboxSpec sandbox) {
    var placement = sandbox.placement();
    if (placement == null || !sandboxes.remove(sandbox.id())) {
      return;
    }
    removeCgroup(placement.sandboxPath(sandbox.identity()));
    removeCgroup(placement.overheadPath(sandbox.identity()));
    var pod = placement.podPath(sandbox.identity());
    if (!hasChildren(pod)) {
      removeCgroup(pod);
    }
  }

  private void removeCgroup(@Nullable String path) {
    if (path != null) {
      for (var mount : mounts()) {
        var directory = directory(mount, path);
        StateFiles.delete(directory);
        written.keySet().removeIf(file -> file.startsWith(directory));
      }
    }
  }

  private boolean hasChildren(String path) {
    var directory = directory(mounts()[0], path);
    try (var entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
      return entries.iterator().hasNext();
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String[] mounts() {
    return version == CgroupVersion.V1 ? new String[] {"memory", CPU_MOUNT} : new String[] {""};
  }

  private void writeLimits(String path, long limit, double quotaCores) throws IOException {
    long quota = (long) (quotaCores * PERIOD_MICROS);
    if (version == CgroupVersion.V2) {
      var directory = directory("", path);
      write(directory, "memory.max", limit == 0 ? "max\n" : limit + "\n");
      write(directory, "cpu.max", (quota == 0 ? "max" : "" + quota) + " " + PERIOD_MICROS + "\n");
      return;
    }
    long v1Limit = limit == 0 ? V1_UNLIMITED : limit;
    write(directory("memory", path), "memory.limit_in_bytes", v1Limit + "\n");
    var cpu = directory(CPU_MOUNT, path);
    write(cpu, "cpu.cfs_quota_us", (quota == 0 ? -1 : quota) + "\n");
    write(cpu, "cpu.cfs_period_us", PERIOD_MICROS + "\n");
  }

  private void writeUsage(String path, CgroupUsage usage) throws IOException {
    writeCpu(path, usage);
    long anonymous = usage.memory() - usage.file();
    long activeFile = usage.file() - usage.inactiveFile();
    if (version == CgroupVersion.V2) {
      var directory = directory("", path);
      write(directory, "memory.current", usage.memory() + "\n");
      write(directory, "memory.events", "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n");
      write(
          directory,
          "memory.stat",
          lines(
              "anon",
              anonymous,
              "file",
              usage.file(),
              "inactive_anon",
              anonymous,
              "active_anon",
              0L,
              "inactive_file",
              usage.inactiveFile(),
              "active_file",
              activeFile,
              "unevictable",
              0L));
      return;
    }
    var directory = directory("memory", path);
    write(directory, "memory.usage_in_bytes", usage.memory() + "\n");
    write(directory, "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n");
    write(
        directory,
        "memory.stat",
        lines(
            "cache",
            0L,
            "rss",
            0L,
            "total_cache",
            usage.file(),
            "total_rss",
            anonymous,
            "total_inactive_anon",
            anonymous,
            "total_active_anon",
            0L,
            "total_inactive_file",
            usage.inactiveFile(),
            "total_active_file",
            activeFile,
            "total_unevictable",
            0L));
  }

  private void writeCpu(String path, CgroupUsage usage) throws IOException {
    long periods = usage.throttledNanos() / 50_000_000;
    if (version == CgroupVersion.V2) {
      long micros = usage.cpuNanos() / 1000;
      write(
          directory("", path),
          "cpu.stat",
          lines(
              "usage_usec",
              micros,
              "user_usec",
              micros - micros / 5,
              "system_usec",
              micros / 5,
              "nr_periods",
              periods * 2,
              "nr_throttled",
              periods,
              "throttled_usec",
              usage.throttledNanos() / 1000));
      return;
    }
    var directory = directory(CPU_MOUNT, path);
    write(directory, "cpuacct.usage", usage.cpuNanos() + "\n");
    write(
        directory,
        "cpu.stat",
        lines(
            "nr_periods",
            periods * 2,
            "nr_throttled",
            periods,
            "throttled_time",
            usage.throttledNanos()));
  }

  /** Formats alternating names and numbers, one pair per line. */
  private static String lines(Object... pairs) {
    var text = new StringBuilder();
    for (int i = 0; i < pairs.length; i += 2) {
      text.append(pairs[i]).append(' ').append(pairs[i + 1]).append('\n');
    }
    return text.toString();
  }

  private Path directory(String mount, String path) {
    return root.resolve(mount).resolve(path);
  }

  private void write(Path directory, String name, String content) throws IOException {
    var file = directory.resolve(name);
    var before = written.put(file, content);
    if (before == null) {
      Files.createDirectories(directory);
    } else if (before.equals(content)) {
      return;
    }
    try (var channel = FileChannel.open(file, CREATE, WRITE)) {
      channel.write(ByteBuffer.wrap(content.getBytes(US_ASCII)), 0);
      if (before == null || before.length() > content.length()) {
        channel.truncate(content.length());
      }
    }
  }
}
