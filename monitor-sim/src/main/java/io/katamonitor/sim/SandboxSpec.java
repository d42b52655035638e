package io.katamonitor.sim;

import org.jspecify.annotations.Nullable;

/**
 * Properties of a simulated sandbox.
 *
 * @param runtime of its shim
 * @param hypervisor as in its state file
 * @param placement its cgroups; null for a state file without them
 * @param attempt number of earlier sandboxes of its pod
 */
public record SandboxSpec(
    Identity identity,
    Layout runtime,
    BodyKind body,
    String hypervisor,
    @Nullable Placement placement,
    Workload workload,
    int attempt) {
  private static final String DRAGONBALL = "dragonball";

  /** A sandbox of a runtime with its usual hypervisor; with cgroups if its body has usage. */
  public static SandboxSpec of(Identity identity, Layout runtime, BodyKind body) {
    boolean isGo = runtime == Layout.GO;
    var placement = isGo ? Placement.GO_SYSTEMD_ONLY : Placement.RS_SYSTEMD_ONLY;
    return new SandboxSpec(
        identity,
        runtime,
        body,
        isGo ? "qemu" : DRAGONBALL,
        body == BodyKind.LARGE ? null : placement,
        Workload.USUAL,
        0);
  }

  /** The same in a placement, which also determines the runtime. */
  public SandboxSpec with(Placement newPlacement, String newHypervisor) {
    return new SandboxSpec(
        identity, newPlacement.runtime(), body, newHypervisor, newPlacement, workload, attempt);
  }

  public SandboxSpec with(Workload newWorkload) {
    return new SandboxSpec(identity, runtime, body, hypervisor, placement, newWorkload, attempt);
  }

  /** The sandbox that the kubelet creates after this one has died: same pod, another id. */
  SandboxSpec nextAttempt(String id) {
    return new SandboxSpec(
        new Identity(id, identity.uid(), identity.podName(), identity.namespace()),
        runtime,
        body,
        hypervisor,
        placement,
        workload,
        attempt + 1);
  }

  String id() {
    return identity.id();
  }

  /** Seed of all its values. */
  long seed() {
    return identity.id().hashCode();
  }

  /** Whether the VMM is part of the shim's process. */
  boolean isVmInShim() {
    return runtime == Layout.RUNTIME_RS && hypervisor.equals(DRAGONBALL);
  }

  /** Usage of the pod at an age, if its body has usage. */
  PodUsage usage(double ageSeconds) {
    return body == BodyKind.LARGE
        ? PodUsage.NONE
        : PodUsage.at(seed(), workload, ageSeconds, isVmInShim());
  }
}
