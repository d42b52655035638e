package io.katamonitor.usage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A cgroup of the machine's own kernel, in every hierarchy that counts CPU or memory, with one
 * above it for limits. Removed when closed.
 */
final class RealCgroup implements AutoCloseable {
  static final Path ROOT = Path.of("/sys/fs/cgroup");

  private final String top;
  private final String path;
  private final List<Path> mounts = new ArrayList<>();

  private RealCgroup(String podUid, String id) {
    this.top = "kata-monitor-test-" + ProcessHandle.current().pid();
    this.path = top + "/pod" + podUid + "/kata_" + id;
  }

  /** Makes the cgroup below these mounts, as far as the process may. */
  static RealCgroup make(String podUid, String id, Path... mounts) {
    var cgroup = new RealCgroup(podUid, id);
    for (var mount : mounts) {
      if (cgroup.makeBelow(mount)) {
        cgroup.mounts.add(mount);
      }
    }
    return cgroup;
  }

  /** The mounts of v1's controllers or of v2. */
  static Path[] mounts() {
    return Files.exists(ROOT.resolve("cgroup.controllers"))
        ? new Path[] {ROOT}
        : new Path[] {ROOT.resolve("memory"), ROOT.resolve("cpuacct"), ROOT.resolve("cpu")};
  }

  private boolean makeBelow(Path mount) {
    try {
      Files.createDirectories(mount.resolve(path));
      var directory = mount;
      for (var name : List.of(path.split("/")).subList(0, 2)) {
        directory = directory.resolve(name);
        if (Files.exists(directory.resolve("cgroup.subtree_control"))
            && Files.readString(directory.resolve("cgroup.controllers")).contains("memory")) {
          Files.writeString(directory.resolve("cgroup.subtree_control"), "+cpu +memory");
        }
      }
      return Files.isWritable(mount.resolve(path).resolve("cgroup.procs"));
    } catch (IOException e) {
      return false; // not root, or a container: nothing can be made here
    }
  }

  boolean exists() {
    return !mounts.isEmpty();
  }

  String path() {
    return path;
  }

  private String podPath() {
    return path.substring(0, path.lastIndexOf('/'));
  }

  /** The first of these files that is there, of the cgroup itself. */
  long number(String... names) throws IOException {
    return number(path, names);
  }

  private long number(String cgroup, String... names) throws IOException {
    for (var mount : mounts) {
      for (var name : names) {
        var file = mount.resolve(cgroup).resolve(name);
        if (Files.exists(file)) {
          return Long.parseLong(Files.readString(file).strip());
        }
      }
    }
    throw new IOException("none of " + Arrays.toString(names) + " in " + cgroup);
  }

  /** Number after a key in the first of these files that has it. */
  long line(boolean ofPod, String key, String... names) throws IOException {
    var cgroup = ofPod ? podPath() : path;
    for (var mount : mounts) {
      for (var name : names) {
        var file = mount.resolve(cgroup).resolve(name);
        if (Files.exists(file)) {
          for (var line : Files.readAllLines(file)) {
            if (line.startsWith(key + " ")) {
              return Long.parseLong(line.substring(key.length() + 1).strip());
            }
          }
        }
      }
    }
    throw new IOException("no " + key + " in " + Arrays.toString(names) + " of " + cgroup);
  }

  /** Writes to a file of the pod's cgroup where it exists; returns whether it does. */
  boolean writeToPod(String name, String value) throws IOException {
    boolean written = false;
    for (var mount : mounts) {
      var file = mount.resolve(podPath()).resolve(name);
      if (Files.exists(file)) {
        Files.writeString(file, value);
        written = true;
      }
    }
    return written;
  }

  /** Runs a bash script in the cgroup and returns what it prints. */
  String run(String script) throws IOException, InterruptedException {
    var enter = new StringBuilder();
    for (var mount : mounts) {
      enter.append("echo $$ > ").append(mount.resolve(path).resolve("cgroup.procs")).append('\n');
    }
    var process =
        new ProcessBuilder("bash", "-e", "-c", enter + script)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("the script failed: " + output);
    }
    return output;
  }

  @Override
  public void close() throws IOException {
    for (var mount : mounts) {
      Files.deleteIfExists(mount.resolve(path));
      Files.deleteIfExists(mount.resolve(podPath()));
      Files.deleteIfExists(mount.resolve(top));
    }
  }
}
