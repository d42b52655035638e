package io.katamonitor.sim;

import org.jspecify.annotations.Nullable;

/**
 * What a simulated sandbox is.
 *
 * @param runtime whose shim it is
 * @param hypervisor as its state file names it
 * @param placement its cgroups; null for a state file without them
 * @param attempt how often its pod had a sandbox before
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

  /** One of a runtime, with a usual hypervisor; with cgroups where its body tells its usage. */
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

  /** The same in a placement, which also tells the runtime. */
  public SandboxSpec with(Placement newPlacement, String newHypervisor) {
    return new SandboxSpec(
        identity, newPlacement.runtime(), body, newHypervisor, newPlacement, workload, attempt);
  }

  public SandboxSpec with(Workload newWorkload) {
    return new SandboxSpec(identity, runtime, body, hypervisor, placement, newWorkload, attempt);
  }

  /** The sandbox that the kubelet makes when this one has died: same pod, another id. */
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

  /** What all of its values follow from. */
  long seed() {
    return identity.id().hashCode();
  }

  /** Whether the VMM is a part of the shim's process. */
  boolean isVmInShim() {
    return runtime == Layout.RUNTIME_RS && hypervisor.equals(DRAGONBALL);
  }

  /** What the pod uses at an age, where its body tells that. */
  PodUsage usage(double ageSeconds) {
    return body == BodyKind.LARGE
        ? PodUsage.NONE
        : PodUsage.at(seed(), workload, ageSeconds, isVmInShim());
  }
}
