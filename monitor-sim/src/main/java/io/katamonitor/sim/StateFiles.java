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

/** What lies in a sandbox's folder besides its socket. */
final class StateFiles {
  private StateFiles() {}

  static void write(SimulatedSandbox sandbox) throws IOException {
    switch (sandbox.layout()) {
      case GO -> Files.writeString(sandbox.directory().resolve("persist.json"), go(sandbox.id()));
      case RUNTIME_RS ->
          replace(
              sandbox.directory().resolve("state.json"),
              runtimeRs(sandbox.identity(), "dragonball"));
    }
  }

  /** The Go runtime's, shortened (virtcontainers/persist/api). */
  private static String go(String id) {
    return """
    {"PersistVersion":2,"State":"running","GuestMemoryBlockSizeMB":128,"SandboxContainer":"%s",\
    "CgroupPath":"/kata_%s"}\
    """
        .formatted(id, id);
  }

  /** runtime-rs's {@code SandboxState} around {@code HypervisorState}. */
  static String runtimeRs(Identity identity, String hypervisor) {
    return """
    {"sandbox_type":"virt_container","resource":null,"hypervisor":{"hypervisor_type":"%s",\
    "pid":%d,"uuid":"","api_socket":"","id":"%s","vm_path":"/run/kata/%s","jailed":false,\
    "jailer_root":"","netns":null,"run_dir":"","cached_block_devices":[],\
    "virtiofs_daemon_pid":0,"passfd_listener_port":null}}\
    """
        .formatted(
            hypervisor,
            2000 + Math.abs(identity.id().hashCode() % 30_000),
            identity.id(),
            identity.id());
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

  /** Deletes a file or a whole folder, where there is one. */
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

  /** The JDK makes no FIFOs. */
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
      // Closing is all that was wanted.
    }
  }
}
