package io.katamonitor.sandbox;

import io.katamonitor.json.JsonFields;
import io.katamonitor.json.JsonValue;
import io.katamonitor.json.MalformedJsonException;
import org.jspecify.annotations.Nullable;

/**
 * What a shim's state file records about its sandbox. Immutable. {@link StateFileReader} reads it.
 *
 * <p>The Go runtime writes {@code persist.json} (Kata's {@code
 * src/runtime/virtcontainers/persist/api/sandbox.go} and {@code config.go}, the same keys from
 * 2.5.2 to 4.1.0), runtime-rs {@code state.json} ({@code
 * src/runtime-rs/crates/runtimes/virt_container/src/sandbox_persist.rs}, {@code
 * crates/hypervisor/src/hypervisor_persist.rs}, {@code
 * crates/resource/src/cgroups/cgroup_persist.rs}, 3.2.0 to 4.1.0). Both truncate the file and write
 * it again in place.
 *
 * <table>
 * <caption>The fields and their paths in the files</caption>
 * <tr><th>field</th><th>persist.json</th><th>state.json</th></tr>
 * <tr><td>hypervisor</td><td>Config.HypervisorType, else HypervisorState.Type</td>
 *     <td>hypervisor.hypervisor_type</td></tr>
 * <tr><td>scrapeProof</td><td>(always false)</td><td>hypervisor.guest_protection_to_use or
 *     hypervisor.passfd_listener_port is there, with any value</td></tr>
 * <tr><td>sandboxCgroupPath</td><td>SandboxCgroupPath</td><td>resource.cgroup_state.path</td></tr>
 * <tr><td>overheadCgroupPath</td><td>OverheadCgroupPath</td>
 *     <td>resource.cgroup_state.overhead_path</td></tr>
 * <tr><td>sandboxCgroupOnly</td><td>Config.SandboxCgroupOnly</td>
 *     <td>resource.cgroup_state.sandbox_cgroup_only</td></tr>
 * </table>
 *
 * <p>Several are kept for each sandbox, so no text in it is longer than {@value #MAX_TEXT}
 * characters: a hundred texts of a megabyte would not fit the heap.
 *
 * @param hypervisor exactly as written, but cut; null if it is missing, empty or not a string
 * @param scrapeProof whether runtime-rs 3.3.0 or later wrote it ({@link KataRuntimes})
 * @param sandboxCgroupPath as written, not resolved; null if it is missing, empty, too long or not
 *     a string
 * @param overheadCgroupPath likewise
 * @param sandboxCgroupOnly false if it is missing
 */
public record StateFile(
    ShimRuntime runtime,
    @Nullable String hypervisor,
    boolean scrapeProof,
    @Nullable String sandboxCgroupPath,
    @Nullable String overheadCgroupPath,
    boolean sandboxCgroupOnly) {
  /** The Go runtime's. */
  public static final String PERSIST_JSON = "persist.json";

  /** runtime-rs's ({@code src/runtime-rs/crates/persist/src/lib.rs}, 3.2.0 to 4.1.0). */
  public static final String STATE_JSON = "state.json";

  /** As many as a label value has bytes; real names and paths have up to 200. */
  static final int MAX_TEXT = 1024;

  private static final JsonFields GO_FIELDS =
      JsonFields.of(
          "Config.HypervisorType",
          "HypervisorState.Type",
          "SandboxCgroupPath",
          "OverheadCgroupPath",
          "Config.SandboxCgroupOnly");

  private static final JsonFields RUNTIME_RS_FIELDS =
      JsonFields.of(
          "hypervisor.hypervisor_type",
          "hypervisor.guest_protection_to_use",
          "hypervisor.passfd_listener_port",
          "resource.cgroup_state.path",
          "resource.cgroup_state.overhead_path",
          "resource.cgroup_state.sandbox_cgroup_only");

  /**
   * Parses a file's content.
   *
   * @throws MalformedJsonException if it is not exactly one JSON object
   */
  static StateFile parse(ShimRuntime runtime, byte[] json, int length)
      throws MalformedJsonException {
    if (runtime == ShimRuntime.GO) {
      var value = GO_FIELDS.pick(json, length);
      var configured = JsonValue.textOf(value[0]);
      return new StateFile(
          runtime,
          cut(configured == null ? JsonValue.textOf(value[1]) : configured),
          false,
          path(value[2]),
          path(value[3]),
          JsonValue.isTrue(value[4]));
    }
    var value = RUNTIME_RS_FIELDS.pick(json, length);
    return new StateFile(
        runtime,
        cut(JsonValue.textOf(value[0])),
        value[1] != null || value[2] != null,
        path(value[3]),
        path(value[4]),
        JsonValue.isTrue(value[5]));
  }

  /** Cut to whole characters. */
  private static @Nullable String cut(@Nullable String text) {
    if (text == null || text.length() <= MAX_TEXT) {
      return text;
    }
    boolean isPair = Character.isHighSurrogate(text.charAt(MAX_TEXT - 1));
    return text.substring(0, isPair ? MAX_TEXT - 1 : MAX_TEXT);
  }

  /** The part of a path would be another path. */
  private static @Nullable String path(@Nullable JsonValue value) {
    var text = JsonValue.textOf(value);
    return text == null || text.length() > MAX_TEXT ? null : text;
  }
}
