package io.katamonitor.usage;

import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sandboxes with state files that record their cgroups. */
final class SandboxFixture {
  static final String UID = "1a2b3c4d-0001-4002-8003-00000000000a";
  static final String UID_OF_SLICE = UID.replace('-', '_');

  private SandboxFixture() {}

  /** A sandbox of the Go runtime with its persist.json. */
  static Sandbox go(Path root, String id, String path, String overhead, boolean only) {
    return go(root, id, path, overhead, only, "qemu");
  }

  static Sandbox go(
      Path root, String id, String path, String overhead, boolean only, String hypervisor) {
    write(
        root.resolve(id).resolve("persist.json"),
        """
        {"SandboxCgroupPath":"%s","OverheadCgroupPath":"%s",
         "Config":{"HypervisorType":"%s","SandboxCgroupOnly":%s}}
        """
            .formatted(path, overhead, hypervisor, only));
    return sandbox(root, id, ShimRuntime.GO);
  }

  /** A sandbox of runtime-rs with its state.json. */
  static Sandbox rs(Path root, String id, String path, String overhead, boolean only) {
    write(
        root.resolve(id).resolve("state.json"),
        """
        {"hypervisor":{"hypervisor_type":"dragonball"},
         "resource":{"cgroup_state":{"path":"%s","overhead_path":"%s","sandbox_cgroup_only":%s}}}
        """
            .formatted(path, overhead, only));
    return sandbox(root, id, ShimRuntime.RUNTIME_RS);
  }

  /** A sandbox whose pod the runtime does not list yet. */
  static Sandbox sandbox(Path root, String id, ShimRuntime runtime) {
    return new Sandbox(new SandboxId(id), runtime, root.resolve(id), null, Pod.UNKNOWN);
  }

  static Sandbox withUid(Sandbox sandbox, String uid) {
    return sandbox.withPod(new Pod(uid, "web-0", "shop"));
  }

  private static void write(Path file, String content) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
