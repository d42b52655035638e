package io.katamonitor.sim;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The files in a sandbox's directory besides its socket. */
final class StateFiles {
  private StateFiles() {}

  static void write(Path directory, SandboxSpec sandbox) {
    switch (sandbox.runtime()) {
      case GO -> replace(directory.resolve("persist.json"), go(sandbox));
      case RUNTIME_RS ->
          replace(directory.resolve("state.json"), runtimeRs(sandbox, sandbox.hypervisor()));
    }
  }

  /** The Go runtime's (virtcontainers/persist/api); short for a sandbox without cgroups. */
  private static String go(SandboxSpec sandbox) {
    var id = sandbox.id();
    var placement = sandbox.placement();
    if (placement == null) {
      return """
      {"PersistVersion":2,"State":"running","GuestMemoryBlockSizeMB":128,"SandboxContainer":"%s",\
      "CgroupPath":"/kata_%s"}\
      """
          .formatted(id, id);
    }
    return """
    {"PersistVersion":2,"State":"running","GuestMemoryBlockSizeMB":128,\
    "GuestMemoryHotplugProbe":false,"SandboxContainer":"%1$s","SandboxCgroupPath":"%2$s",\
    "OverheadCgroupPath":"%3$s","Devices":null,\
    "HypervisorState":{"BlockIndexMap":{},"Type":"%4$s","UUID":"","Pid":%5$d,\
    "VirtiofsDaemonPid":%6$d,"HotpluggedMemory":0,"HotplugVFIOOnRootBus":false},\
    "AgentState":{"ProxyPid":0,"URL":"vsock://%7$d:1024"},"Network":{"NetworkID":""},\
    "Config":{"HypervisorType":"%4$s","HypervisorConfig":{"NumVCPUs":%8$d,"MemorySize":2048},\
    "ShmSize":67108864,"SharePidNs":false,"SystemdCgroup":%9$s,"SandboxCgroupOnly":%10$s,\
    "DisableGuestSeccomp":true,"Experimental":null,"ContainerConfigs":[{"ID":"%1$s"}],\
    "Cgroups":null}}\
    """
        .formatted(
            id,
            placement.recordedSandbox(sandbox.identity()),
            placement.recordedOverhead(sandbox.identity()),
            sandbox.hypervisor(),
            pid(sandbox),
            pid(sandbox) + 1,
            3 + Math.abs(sandbox.seed() % 100_000),
            PodUsage.CPUS,
            placement.isSystemd(),
            placement.isSandboxCgroupOnly());
  }

  /**
   * runtime-rs's {@code SandboxState}: {@code ResourceState} with {@code CgroupState}, and {@code
   * HypervisorState}, whose last two keys came with 3.3.0.
   */
  static String runtimeRs(SandboxSpec sandbox, String hypervisor) {
    var id = sandbox.id();
    var placement = sandbox.placement();
    return """
    {"sandbox_type":"virt_container","resource":%s,"hypervisor":{"hypervisor_type":"%s",\
    "pid":%d,"uuid":"","api_socket":"","id":"%s","vm_path":"/run/kata/%s","jailed":false,\
    "jailer_root":"","netns":null,"run_dir":"","cached_block_devices":[],\
    "virtiofs_daemon_pid":0%s}}\
    """
        .formatted(
            placement == null ? "null" : resource(placement, sandbox.identity()),
            hypervisor,
            pid(sandbox),
            id,
            id,
            placement == null
                ? ",\"passfd_listener_port\":null"
                : placement == Placement.RS_3_2_SYSTEMD_ONLY
                    ? ""
                    : ",\"passfd_listener_port\":null,"
                        + "\"guest_protection_to_use\":\"NoProtection\"");
  }

  private static String resource(Placement placement, Identity identity) {
    return """
    {"endpoint":[],"cgroup_state":{"path":"%s","overhead_path":"%s","sandbox_cgroup_only":%s}}\
    """
        .formatted(
            placement.recordedSandbox(identity),
            placement.recordedOverhead(identity),
            placement.isSandboxCgroupOnly());
  }

  private static long pid(SandboxSpec sandbox) {
    return 2000 + Math.abs(sandbox.seed() % 30_000);
  }

  /** Writes a file so that a reader sees the old or the new text; null removes it. */
  static void replace(Path file, @Nullable String text) {
    try {
      if (text == null) {
        Files.deleteIfExists(file);
      } else {
        var draft = file.resolveSibling("." + file.getFileName());
        Files.writeString(draft, text);
        Files.move(
            draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a file or a whole directory, if it exists. */
  static void delete(Path path) {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var all = Files.walk(path)) {
      for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates a FIFO by a program, as the JDK cannot. */
  static void makeFifo(Path path) throws IOException {
    var mkfifo = new ProcessBuilder("mkfifo", path.toString()).start();
    try {
      if (!mkfifo.waitFor(5, TimeUnit.SECONDS) || mkfifo.exitValue() != 0) {
        throw new IOException("mkfifo failed for " + path);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  static void closeQuietly(Closeable resource) {
    try {
      resource.close();
    } catch (IOException e) {
      // Only the close matters.
    }
  }
}
