package io.katamonitor.sandbox;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One sandbox as known at a moment. Immutable.
 *
 * @param runtime according to the state file in the directory; assumed by the root's name until
 *     there is one
 * @param directory its directory below a storage root
 * @param hypervisor as named by its state file ({@link StateFile#hypervisor}), for display and
 *     labels: whether it may be scraped is decided at each scrape ({@link ScrapePolicy}); null if
 *     none is known
 * @param created birth time of the directory; null if the file system has none
 * @param pod {@link Pod#UNKNOWN} until the container runtime reports it
 */
public record Sandbox(
    SandboxId id,
    ShimRuntime runtime,
    Path directory,
    @Nullable String hypervisor,
    @Nullable Instant created,
    Pod pod) {
  /** The socket a shim serves its metrics on, for both runtimes. */
  public static final String SOCKET_NAME = "shim-monitor.sock";

  /** A sandbox whose directory's birth time is not known. */
  public Sandbox(
      SandboxId id, ShimRuntime runtime, Path directory, @Nullable String hypervisor, Pod pod) {
    this(id, runtime, directory, hypervisor, null, pod);
  }

  public Path socket() {
    return directory.resolve(SOCKET_NAME);
  }

  /** When the runtime created it, else when its directory was created; null if neither is known. */
  public @Nullable Instant creation() {
    return pod.created() == null ? created : pod.created();
  }

  public Sandbox withPod(Pod known) {
    return new Sandbox(id, runtime, directory, hypervisor, created, known);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Sandbox sandbox
        && id.equals(sandbox.id)
        && runtime == sandbox.runtime
        && directory.equals(sandbox.directory)
        && Objects.equals(hypervisor, sandbox.hypervisor)
        && Objects.equals(created, sandbox.created)
        && pod.equals(sandbox.pod);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }
}
