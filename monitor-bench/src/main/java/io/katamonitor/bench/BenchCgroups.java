package io.katamonitor.bench;

import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Real cgroups for sandboxes of the Go runtime: one in each pod's own cgroup, which has limit and
 * quota, and in layout {@code split} another one for overhead elsewhere. Removed when closed.
 */
final class BenchCgroups implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final String TOP = "kata-monitor-bench-usage";
  private static final List<String> V1_MOUNTS = List.of("memory", "cpuacct", "cpu");

  private final boolean isV2 = Files.exists(ROOT.resolve("cgroup.controllers"));
  private final boolean isSplit;
  private final Path storageRoot;
  private final List<Sandbox> sandboxes = new ArrayList<>();
  private final List<Path> made = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();

  private BenchCgroups(boolean isSplit, Path storageRoot) {
    this.isSplit = isSplit;
    this.storageRoot = storageRoot;
  }

  /** Creates them; null if this user or machine cannot. */
  static @Nullable BenchCgroups make(int sandboxes, boolean isSplit) throws IOException {
    var cgroups = new BenchCgroups(isSplit, Files.createTempDirectory("kata-monitor-bench"));
    try {
      for (int i = 0; i < sandboxes; i++) {
        cgroups.add(i);
      }
      return cgroups;
    } catch (IOException e) {
      cgroups.close();
      return null;
    }
  }

  Path root() {
    return ROOT;
  }

  List<Sandbox> sandboxes() {
    return List.copyOf(sandboxes);
  }

  /** The files that a reading of them opens. */
  List<Path> files() {
    return List.copyOf(files);
  }

  private void add(int number) throws IOException {
    var id = String.format(Locale.ROOT, "%064x", number + 1);
    var uid = String.format(Locale.ROOT, "00000000-0000-4000-8000-%012x", number);
    var pod = TOP + "/burstable/pod" + uid;
    var sandbox = pod + "/kata_" + id;
    var overhead = TOP + "/kata_overhead/" + id;
    makeDirectories(sandbox);
    if (isSplit) {
      makeDirectories(overhead);
    }
    limit(pod);
    addUsage(sandbox);
    if (isSplit) {
      addUsage(overhead);
    }
    addLimits(sandbox, false);
    addLimits(pod, true);
    var directory = Files.createDirectories(storageRoot.resolve(id));
    Files.writeString(
        directory.resolve("persist.json"),
        """
        {"SandboxCgroupPath":"/%s","OverheadCgroupPath":"%s","Config":{"SandboxCgroupOnly":%s}}
        """
            .formatted(sandbox, isSplit ? "/" + overhead : "", !isSplit));
    sandboxes.add(
        new Sandbox(
            new SandboxId(id), ShimRuntime.GO, directory, null, new Pod(uid, "p" + number, "n")));
  }

  private void makeDirectories(String path) throws IOException {
    for (var mount : isV2 ? List.of("") : V1_MOUNTS) {
      var directory = ROOT.resolve(mount);
      for (var name : path.split("/", -1)) {
        if (isV2 && !directory.equals(ROOT)) {
          Files.writeString(directory.resolve("cgroup.subtree_control"), "+cpu +memory");
        }
        directory = directory.resolve(name);
        if (!Files.exists(directory)) {
          Files.createDirectory(directory);
          made.add(directory);
        }
      }
    }
  }

  private void limit(String pod) throws IOException {
    if (isV2) {
      Files.writeString(ROOT.resolve(pod).resolve("memory.max"), "1073741824");
      Files.writeString(ROOT.resolve(pod).resolve("cpu.max"), "200000 100000");
    } else {
      Files.writeString(file("memory", pod, "memory.limit_in_bytes"), "1073741824");
      Files.writeString(file("cpu", pod, "cpu.cfs_quota_us"), "200000");
    }
  }

  private void addUsage(String path) {
    if (isV2) {
      for (var name : List.of("cpu.stat", "memory.current", "memory.stat", "memory.events")) {
        files.add(file("", path, name));
      }
    } else {
      files.add(file("cpuacct", path, "cpuacct.usage"));
      for (var name : List.of("memory.usage_in_bytes", "memory.stat", "memory.oom_control")) {
        files.add(file("memory", path, name));
      }
    }
  }

  private void addLimits(String path, boolean hasQuota) {
    if (isV2) {
      files.add(file("", path, "memory.max"));
      files.add(file("", path, "cpu.max"));
    } else {
      files.add(file("memory", path, "memory.limit_in_bytes"));
      files.add(file("cpu", path, "cpu.cfs_quota_us"));
      if (hasQuota) {
        files.add(file("cpu", path, "cpu.cfs_period_us"));
      }
    }
    if (hasQuota) {
      files.add(file(isV2 ? "" : "cpu", path, "cpu.stat"));
    }
  }

  private static Path file(String mount, String path, String name) {
    return ROOT.resolve(mount).resolve(path).resolve(name);
  }

  @Override
  public void close() throws IOException {
    for (var directory : made.reversed()) {
      Files.deleteIfExists(directory);
    }
    try (var all = Files.walk(storageRoot)) {
      for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
