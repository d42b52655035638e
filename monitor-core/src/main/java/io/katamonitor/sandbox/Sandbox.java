package io.katamonitor.sandbox;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One sandbox as it is known at a moment. Immutable.
 *
 * @param directory its folder below a storage root
 * @param hypervisor what its {@code state.json} names ({@code hypervisor.hypervisor_type},
 *     runtime-rs only); null where it names none or cannot be read
 * @param pod {@link Pod#UNKNOWN} until the CRI runtime has told
 */
public record Sandbox(
    SandboxId id, ShimRuntime runtime, Path directory, @Nullable String hypervisor, Pod pod) {
  /** The socket a shim serves its metrics on, for both runtimes. */
  public static final String SOCKET_NAME = "shim-monitor.sock";

  public Path socket() {
    return directory.resolve(SOCKET_NAME);
  }

  public Sandbox withPod(Pod known) {
    return new Sandbox(id, runtime, directory, hypervisor, known);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Sandbox sandbox
        && id.equals(sandbox.id)
        && runtime == sandbox.runtime
        && directory.equals(sandbox.directory)
        && Objects.equals(hypervisor, sandbox.hypervisor)
        && pod.equals(sandbox.pod);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }
}
