package io.katamonitor.usage;

import static io.katamonitor.usage.SandboxFixture.UID;
import static io.katamonitor.usage.SandboxFixture.UID_OF_SLICE;

import io.katamonitor.sandbox.Sandbox;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where runtimes and drivers put a sandbox's processes, and what they record of it. Each test of a
 * layout runs on v1 and on v2.
 */
enum Layout {
  GO_CGROUPFS_ONLY(true, true, "/{POD}/kata_ID", "", "{POD}/kata_ID", null, HostLayout.POD),
  GO_CGROUPFS_OVERHEAD(
      true,
      false,
      "/{POD}/kata_ID",
      "/kata_overhead/ID",
      "{POD}/kata_ID",
      "kata_overhead/ID",
      HostLayout.SPLIT),
  GO_SYSTEMD_ONLY(
      true,
      true,
      "{UNIT}:cri-containerd:ID",
      "",
      "{SLICE}/cri-containerd-ID.scope",
      null,
      HostLayout.POD),
  GO_SYSTEMD_OVERHEAD(
      true,
      false,
      "/{UNIT}:cri-containerd:ID",
      "/kata_overhead/ID",
      "{UNIT}:cri-containerd:ID",
      "kata_overhead/ID",
      HostLayout.OUTSIDE),
  GO_CLH_OF_2_5(
      true,
      false,
      "/{POD}/kata_ID",
      "/kata_overhead/ID",
      null,
      "kata_overhead/ID",
      HostLayout.OUTSIDE),
  RS_TO_3_19_SYSTEMD_ONLY(
      false,
      true,
      "{UNIT}:cri-containerd:ID",
      "kata-overhead.slice:runtime-rs:ID",
      "{UNIT}:cri-containerd:ID",
      null,
      HostLayout.OUTSIDE),
  RS_TO_3_19_SYSTEMD_OVERHEAD(
      false,
      false,
      "{UNIT}:cri-containerd:ID",
      "kata-overhead.slice:runtime-rs:ID",
      "{UNIT}:cri-containerd:ID",
      "kata-overhead.slice:runtime-rs:ID",
      HostLayout.OUTSIDE),
  RS_FROM_3_20_SYSTEMD_ONLY(
      false,
      true,
      "{UNIT}:cri-containerd:ID",
      "kata-overhead.slice:runtime-rs:ID",
      "{SLICE}/cri-containerd-ID.scope",
      null,
      HostLayout.POD),
  RS_FROM_3_20_SYSTEMD_OVERHEAD(
      false,
      false,
      "{UNIT}:cri-containerd:ID",
      "kata-overhead.slice:runtime-rs:ID",
      "{SLICE}/cri-containerd-ID.scope",
      "kata.slice/kata-overhead.slice/runtime-rs-ID.scope",
      HostLayout.SPLIT),
  RS_OVERHEAD_THAT_DOES_NOT_EXIST(
      false,
      false,
      "{UNIT}:cri-containerd:ID",
      "kata-overhead.slice:runtime-rs:ID",
      "{SLICE}/cri-containerd-ID.scope",
      null,
      HostLayout.POD),
  RS_CGROUPFS(false, true, "{POD}/ID", "kata_overhead/ID", "{POD}/ID", null, HostLayout.POD),
  RS_WITHOUT_CONFIG_JSON(
      false, true, "kata_sandboxed_pod/ID", "", "kata_sandboxed_pod/ID", null, HostLayout.OUTSIDE),
  CRIO_CGROUPFS(true, true, "/{POD}/kata_crio-ID", "", "{POD}/kata_crio-ID", null, HostLayout.POD),
  CRIO_SYSTEMD(true, true, "{UNIT}:crio:ID", "", "{SLICE}/crio-ID.scope", null, HostLayout.POD);

  static final String POD = "kubepods/burstable/pod" + UID;
  private static final String UNIT = "kubepods-burstable-pod" + UID_OF_SLICE + ".slice";
  static final String SLICE = "kubepods.slice/kubepods-burstable.slice/" + UNIT;

  private final boolean isGo;
  private final boolean only;
  private final String recordedSandbox;
  private final String recordedOverhead;
  private final @Nullable String sandboxPath;
  private final @Nullable String overheadPath;
  private final HostLayout expected;

  Layout(
      boolean isGo,
      boolean only,
      String recordedSandbox,
      String recordedOverhead,
      @Nullable String sandboxPath,
      @Nullable String overheadPath,
      HostLayout expected) {
    this.isGo = isGo;
    this.only = only;
    this.recordedSandbox = recordedSandbox;
    this.recordedOverhead = recordedOverhead;
    this.sandboxPath = sandboxPath;
    this.overheadPath = overheadPath;
    this.expected = expected;
  }

  Sandbox record(Path storageRoot, String id) {
    var sandbox = fill(recordedSandbox, id);
    var overhead = fill(recordedOverhead, id);
    return isGo
        ? SandboxFixture.go(storageRoot, id, sandbox, overhead, only)
        : SandboxFixture.rs(storageRoot, id, sandbox, overhead, only);
  }

  @Nullable String sandboxPath(String id) {
    return sandboxPath == null ? null : fill(sandboxPath, id);
  }

  @Nullable String overheadPath(String id) {
    return overheadPath == null ? null : fill(overheadPath, id);
  }

  private static String fill(String path, String id) {
    return path.replace("{POD}", POD)
        .replace("{SLICE}", SLICE)
        .replace("{UNIT}", UNIT)
        .replace("ID", id);
  }

  HostLayout expected() {
    return expected;
  }
}
