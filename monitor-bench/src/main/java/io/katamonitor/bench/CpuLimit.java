package io.katamonitor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A cgroup with a share of one CPU, made by hand: version 1 or 2, whichever is mounted. */
final class CpuLimit implements AutoCloseable {
  private static final int PERIOD_MICROS = 100_000;
  private final Path group;
  private final String members;

  private CpuLimit(Path group, String members) {
    this.group = group;
    this.members = members;
  }

  /** Creates it; null if this user or machine cannot. */
  static @Nullable CpuLimit of(double share) {
    long quota = (long) (share * PERIOD_MICROS);
    try {
      var one = Path.of("/sys/fs/cgroup/cpu");
      if (Files.exists(one.resolve("cpu.cfs_quota_us"))) {
        var group = Files.createDirectories(one.resolve("kata-monitor-bench"));
        Files.writeString(group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
        Files.writeString(group.resolve("cpu.cfs_quota_us"), Long.toString(quota));
        return new CpuLimit(group, "tasks");
      }
      var group = Files.createDirectories(Path.of("/sys/fs/cgroup/kata-monitor-bench"));
      Files.writeString(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
      return new CpuLimit(group, "cgroup.procs");
    } catch (IOException e) {
      return null;
    }
  }

  /** Prefix of a command that is to run under the limit. */
  List<String> command() {
    return List.of("sh", "-c", "echo $$ >" + group.resolve(members) + "; exec \"$@\"", "limited");
  }

  @Override
  public void close() {
    // The kernel removes the last process from the cgroup some time after its end.
    for (int i = 0; i < 50 && Files.exists(group); i++) {
      try {
        Files.delete(group);
      } catch (IOException busy) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
  }
}
