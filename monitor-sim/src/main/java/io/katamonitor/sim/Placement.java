package io.katamonitor.sim;

import org.jspecify.annotations.Nullable;

/**
 * The cgroups in which a release of a runtime puts a sandbox's processes, and how its state file
 * records them. A name consists of the runtime, its release if that matters, the cgroup driver, and
 * {@code ONLY} for {@code sandbox_cgroup_only}. Paths are Kata's (src/runtime/pkg/resourcecontrol
 * and src/runtime-rs/crates/resource/src/cgroups, 2.5.2 to 4.1.0).
 */
public enum Placement {
  GO_CGROUPFS_ONLY(Layout.GO, true, "/{POD}/kata_{ID}", "", "{POD}/kata_{ID}", null, "pod"),
  GO_CGROUPFS(
      Layout.GO,
      false,
      "/{POD}/kata_{ID}",
      "/kata_overhead/{ID}",
      "{POD}/kata_{ID}",
      "kata_overhead/{ID}",
      "split"),
  GO_SYSTEMD_ONLY(
      Layout.GO,
      true,
      "{UNIT}:cri-containerd:{ID}",
      "",
      "{SLICE}/cri-containerd-{ID}.scope",
      null,
      "pod"),
  /** The Go runtime's default. */
  GO_SYSTEMD(
      Layout.GO,
      false,
      "/{UNIT}:cri-containerd:{ID}",
      "/kata_overhead/{ID}",
      "{UNIT}:cri-containerd:{ID}",
      "kata_overhead/{ID}",
      "outside"),
  /** With clh in 2.5: all of it in the overhead cgroup. */
  GO_2_5_CLH(
      Layout.GO,
      false,
      "/{POD}/kata_{ID}",
      "/kata_overhead/{ID}",
      null,
      "kata_overhead/{ID}",
      "outside"),
  GO_CRIO_CGROUPFS(
      Layout.GO, true, "/{POD}/kata_crio-{ID}", "", "{POD}/kata_crio-{ID}", null, "pod"),
  GO_CRIO_SYSTEMD(Layout.GO, true, "{UNIT}:crio:{ID}", "", "{SLICE}/crio-{ID}.scope", null, "pod"),
  /** Of 3.2.0, whose state file lacks the fields that identify later releases. */
  RS_3_2_SYSTEMD_ONLY(
      Layout.RUNTIME_RS,
      true,
      "{UNIT}:cri-containerd:{ID}",
      "kata-overhead.slice:runtime-rs:{ID}",
      "{UNIT}:cri-containerd:{ID}",
      null,
      "outside"),
  RS_3_19_SYSTEMD_ONLY(
      Layout.RUNTIME_RS,
      true,
      "{UNIT}:cri-containerd:{ID}",
      "kata-overhead.slice:runtime-rs:{ID}",
      "{UNIT}:cri-containerd:{ID}",
      null,
      "outside"),
  RS_3_19_SYSTEMD(
      Layout.RUNTIME_RS,
      false,
      "{UNIT}:cri-containerd:{ID}",
      "kata-overhead.slice:runtime-rs:{ID}",
      "{UNIT}:cri-containerd:{ID}",
      "kata-overhead.slice:runtime-rs:{ID}",
      "outside"),
  /** runtime-rs' default since 3.20, with most hypervisors. */
  RS_SYSTEMD_ONLY(
      Layout.RUNTIME_RS,
      true,
      "{UNIT}:cri-containerd:{ID}",
      "kata-overhead.slice:runtime-rs:{ID}",
      "{SLICE}/cri-containerd-{ID}.scope",
      null,
      "pod"),
  RS_SYSTEMD(
      Layout.RUNTIME_RS,
      false,
      "{UNIT}:cri-containerd:{ID}",
      "kata-overhead.slice:runtime-rs:{ID}",
      "{SLICE}/cri-containerd-{ID}.scope",
      "kata.slice/kata-overhead.slice/runtime-rs-{ID}.scope",
      "split"),
  RS_CGROUPFS_ONLY(
      Layout.RUNTIME_RS, true, "{POD}/{ID}", "kata_overhead/{ID}", "{POD}/{ID}", null, "pod"),
  /** From a bundle without config.json, since 3.14.0. */
  RS_WITHOUT_CONFIG(
      Layout.RUNTIME_RS,
      true,
      "kata_sandboxed_pod/{ID}",
      "",
      "kata_sandboxed_pod/{ID}",
      null,
      "outside"),
  /** Peer pods: the VM is on another machine. */
  GO_REMOTE(Layout.GO, false, "/{POD}/kata_{ID}", "/kata_overhead/{ID}", null, null, "remote"),
  RS_REMOTE(Layout.RUNTIME_RS, false, "{POD}/{ID}", "kata_overhead/{ID}", null, null, "remote"),
  /** Cgroups that all sandboxes share, as in old releases: they have no usage of a single one. */
  GO_SHARED(Layout.GO, false, "/vc", "/kata_overhead", null, null, "unknown");

  private final Layout runtime;
  private final boolean isSandboxCgroupOnly;
  private final String recordedSandbox;
  private final String recordedOverhead;
  private final @Nullable String sandboxPath;
  private final @Nullable String overheadPath;
  private final String layout;

  Placement(
      Layout runtime,
      boolean isSandboxCgroupOnly,
      String recordedSandbox,
      String recordedOverhead,
      @Nullable String sandboxPath,
      @Nullable String overheadPath,
      String layout) {
    this.runtime = runtime;
    this.isSandboxCgroupOnly = isSandboxCgroupOnly;
    this.recordedSandbox = recordedSandbox;
    this.recordedOverhead = recordedOverhead;
    this.sandboxPath = sandboxPath;
    this.overheadPath = overheadPath;
    this.layout = layout;
  }

  public Layout runtime() {
    return runtime;
  }

  /** The expected {@code layout} of {@code kata_pod_host_info}. */
  public String layout() {
    return layout;
  }

  boolean isSandboxCgroupOnly() {
    return isSandboxCgroupOnly;
  }

  /** The sandbox's cgroup as recorded in the state file. */
  String recordedSandbox(Identity identity) {
    return fill(recordedSandbox, identity);
  }

  /** The overhead cgroup as recorded in the state file; empty for none. */
  String recordedOverhead(Identity identity) {
    return fill(recordedOverhead, identity);
  }

  /** The sandbox's cgroup below the mount; null if there is none. */
  @Nullable String sandboxPath(Identity identity) {
    return sandboxPath == null ? null : fill(sandboxPath, identity);
  }

  /** The overhead cgroup below the mount; null if there is none. */
  @Nullable String overheadPath(Identity identity) {
    return overheadPath == null ? null : fill(overheadPath, identity);
  }

  boolean hasSandboxCgroup() {
    return sandboxPath != null;
  }

  boolean hasOverheadCgroup() {
    return overheadPath != null;
  }

  /** The pod's own cgroup, created by the kubelet; its form depends on the driver. */
  String podPath(Identity identity) {
    return fill(isSystemd() ? "{SLICE}" : "{POD}", identity);
  }

  boolean isSystemd() {
    return recordedSandbox.contains("{UNIT}");
  }

  private static String fill(String path, Identity identity) {
    var unit = "kubepods-burstable-pod" + identity.uid().replace('-', '_') + ".slice";
    return path.replace("{POD}", "kubepods/burstable/pod" + identity.uid())
        .replace("{SLICE}", "kubepods.slice/kubepods-burstable.slice/" + unit)
        .replace("{UNIT}", unit)
        .replace("{ID}", identity.id());
  }
}
