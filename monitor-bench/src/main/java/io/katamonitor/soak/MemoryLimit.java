package io.katamonitor.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A memory cgroup made by hand: version 1 or 2, whichever is mounted. Only root can. */
final class MemoryLimit implements AutoCloseable {
  private final Path group;
  private final boolean first;

  private MemoryLimit(Path group, boolean first) {
    this.group = group;
    this.first = first;
  }

  static MemoryLimit of(long bytes) throws IOException {
    var name = "kata-monitor-" + ProcessHandle.current().pid();
    var one = Path.of("/sys/fs/cgroup/memory");
    boolean first = Files.exists(one.resolve("memory.limit_in_bytes"));
    var group = Files.createDirectory((first ? one : Path.of("/sys/fs/cgroup")).resolve(name));
    Files.writeString(
        group.resolve(first ? "memory.limit_in_bytes" : "memory.max"), Long.toString(bytes));
    return new MemoryLimit(group, first);
  }

  /** Prefix of a command that is to run under the limit. */
  List<String> command() {
    var members = group.resolve("cgroup.procs");
    return List.of("sh", "-c", "echo $$ >" + members + "; exec \"$@\"", "limited");
  }

  /** Peak use, including the kernel's buffers for sockets and files that were read. */
  long mostBytes() throws IOException {
    return number(first ? "memory.max_usage_in_bytes" : "memory.peak");
  }

  /** The part of the peak that version 1 counts separately: socket buffers. */
  long mostSocketBytes() throws IOException {
    return first ? number("memory.kmem.tcp.max_usage_in_bytes") : 0;
  }

  /** Processes that the kernel has killed to keep the limit. */
  long killed() throws IOException {
    for (var line :
        Files.readAllLines(group.resolve(first ? "memory.oom_control" : "memory.events"))) {
      if (line.startsWith("oom_kill ")) {
        return Long.parseLong(line.substring(9));
      }
    }
    throw new IOException("the kernel does not count what it kills");
  }

  private long number(String file) throws IOException {
    return Long.parseLong(Files.readString(group.resolve(file)).strip());
  }

  @Override
  public void close() throws IOException {
    // The kernel removes the last process from the cgroup some time after its end.
    for (int i = 0; i < 100; i++) {
      try {
        Files.deleteIfExists(group);
        return;
      } catch (IOException busy) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
    throw new IOException(group + " is still in use");
  }
}
