package io.katamonitor.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The differences between Kata's runtimes and releases that matter for scraping, each with its
 * source in Kata's repository. Data only; the operator can add to it with {@link
 * io.katamonitor.config.RuntimeRsScrape}.
 *
 * <p>A shim of runtime-rs aborts, and its pod with it, when {@code /metrics} is requested while
 * {@code get_hypervisor_metrics} of its hypervisor's driver is {@code todo!()}: its panic hook
 * aborts ({@code src/runtime-rs/crates/shim/src/panic_hook.rs:53}, 4.1.0). No endpoint reports the
 * release. The name is {@code hypervisor.hypervisor_type} in {@code state.json}. Files are below
 * {@code src/runtime-rs/crates/hypervisor/src}; tags read: 3.2.0, 3.3.0, 3.7.0, 3.11.0, 3.29.0,
 * 3.30.0, 3.32.0, 4.0.0, 4.1.0 and main of August 2026.
 *
 * <table>
 * <caption>Hypervisors of runtime-rs</caption>
 * <tr><th>name</th><th>since</th><th>get_hypervisor_metrics</th><th>source</th><th>scraped</th></tr>
 * <tr><td>dragonball</td><td>3.2.0</td><td>works</td>
 *     <td>dragonball/inner_hypervisor.rs:95 (3.2.0), :134 (4.1.0)</td><td>yes</td></tr>
 * <tr><td>clh</td><td>3.30.0</td><td>an error, left out of the response</td>
 *     <td>ch/inner_hypervisor.rs:825 (3.30.0), :1008 (4.1.0)</td><td>yes</td></tr>
 * <tr><td>cloud-hypervisor</td><td>3.2.0 to 3.29.0</td>
 *     <td>todo!() in 3.2.0, an error since 3.3.0</td>
 *     <td>ch/inner_hypervisor.rs:540 (3.2.0), :755 (3.3.0), :829 (3.29.0)</td>
 *     <td>with the proof below</td></tr>
 * <tr><td>openvmm</td><td>4.1.0</td><td>an error</td>
 *     <td>openvmm/inner_hypervisor.rs:560 (4.1.0)</td><td>yes</td></tr>
 * <tr><td>remote</td><td>3.11.0</td><td>todo!() to 4.0.0, an error in 4.1.0</td>
 *     <td>remote/inner.rs:313 (3.11.0), :339 (4.0.0), :333 (4.1.0)</td><td>no</td></tr>
 * <tr><td>qemu</td><td>3.2.0</td><td>todo!() at every tag and on main</td>
 *     <td>qemu/inner.rs:140 (3.2.0), :802 (4.1.0)</td><td>no</td></tr>
 * <tr><td>firecracker</td><td>3.7.0</td><td>todo!() at every tag and on main</td>
 *     <td>firecracker/inner_hypervisor.rs:188 (3.7.0), :223 (4.1.0)</td><td>no</td></tr>
 * <tr><td>any other</td><td></td><td>not known</td><td></td><td>no</td></tr>
 * </table>
 *
 * <p>The proof: {@code HypervisorState} in hypervisor_persist.rs has {@code passfd_listener_port}
 * and {@code guest_protection_to_use} in every release from 3.3.0 on (lines 36 and 38), and neither
 * in 3.2.0. serde writes both always, an absent port as null.
 *
 * <p>Shims of the Go runtime may be scraped with every hypervisor.
 */
public final class KataRuntimes {
  /**
   * Where the Go runtime keeps a sandbox's directory with its socket ({@code
   * src/runtime/pkg/containerd-shim-v2/shim_management.go:335}, 4.1.0). With a rootless VMM the
   * {@code persist.json} is elsewhere ({@code /run/user/UID}), so that the directory has none.
   */
  static final String GO_ROOT = "/run/vc/sbs";

  /**
   * Below {@code /run/kata}, the directory of firecracker's jailer ({@code
   * /run/kata/firecracker/ID/root}: firecracker/fc_api.rs:336, 4.1.0); it is no sandbox.
   */
  private static final String JAILER_DIRECTORY = "firecracker";

  /**
   * runtime-rs's root is {@code /run/kata} ({@code src/libs/kata-types/src/config/mod.rs:41},
   * 4.1.0).
   */
  private static final String RUNTIME_RS_ROOT_NAME = "kata";

  private KataRuntimes() {}

  /**
   * Whether a runtime-rs shim with this hypervisor is known to survive {@code /metrics}. Names are
   * compared exactly: another spelling is an unknown hypervisor.
   *
   * @param scrapeProof {@link StateFile#scrapeProof}
   */
  static boolean isScrapeSafe(@Nullable String hypervisor, boolean scrapeProof) {
    if (hypervisor == null) {
      return false;
    }
    return hypervisor.equals("dragonball")
        || hypervisor.equals("clh")
        || hypervisor.equals("openvmm")
        || (hypervisor.equals("cloud-hypervisor") && scrapeProof);
  }

  /**
   * The runtime that is assumed for a directory below this root as long as it has no state file: by
   * the root's name, for labels only.
   */
  static ShimRuntime guessRuntime(Path root) {
    var name = root.getFileName();
    return name != null && name.toString().equals(RUNTIME_RS_ROOT_NAME)
        ? ShimRuntime.RUNTIME_RS
        : ShimRuntime.GO;
  }

  /** Whether this is the jailer's directory: by name, unless it has what sandboxes have. */
  static boolean isJailer(Path directory) {
    return directory.endsWith(JAILER_DIRECTORY)
        && !Files.exists(directory.resolve(StateFile.STATE_JSON))
        && !Files.exists(directory.resolve(StateFile.PERSIST_JSON))
        && !Files.exists(directory.resolve(Sandbox.SOCKET_NAME));
  }
}
