package io.katamonitor.sim;

import java.util.List;

/** A node's sandboxes, each with a story, a placement and a hypervisor. */
@SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
public enum Preset {
  /** For the demo: 16 pods with all stories. */
  STORY(
      "16 pods, each story once",
      pod(Story.BUSY, Placement.RS_SYSTEMD_ONLY, "dragonball"),
      pod(Story.LEAKING, Placement.GO_SYSTEMD_ONLY, "clh"),
      pod(Story.CRASHING, Placement.GO_CGROUPFS, "qemu"),
      pod(Story.FLAKY, Placement.GO_SYSTEMD, "qemu"),
      pod(Story.HUNG, Placement.GO_SYSTEMD_ONLY, "qemu"),
      pod(Story.STUCK, Placement.GO_SYSTEMD, "qemu"),
      pod(Story.BOOTING, Placement.RS_SYSTEMD_ONLY, "dragonball"),
      pod(Story.NOT_SCRAPED, Placement.RS_SYSTEMD_ONLY, "qemu"),
      pod(Story.DENIED, Placement.GO_SYSTEMD_ONLY, "qemu"),
      pod(Story.LOST, Placement.GO_SYSTEMD_ONLY, "clh"),
      pod(Story.IDLE, Placement.RS_SYSTEMD, "clh"),
      pod(Story.USUAL, Placement.GO_SYSTEMD, "qemu"),
      pod(Story.USUAL, Placement.GO_CGROUPFS, "clh"),
      pod(Story.USUAL, Placement.RS_SYSTEMD_ONLY, "dragonball"),
      pod(Story.USUAL, Placement.RS_SYSTEMD, "openvmm"),
      pod(Story.USUAL, Placement.GO_CRIO_SYSTEMD, "firecracker")),
  /** Every hypervisor of runtime-rs, every placement and every fault. */
  ALL(
      "24 sandboxes: every hypervisor of runtime-rs, every placement, what can be wrong",
      pod(Story.BUSY, Placement.GO_CGROUPFS_ONLY, "qemu"),
      pod(Story.USUAL, Placement.GO_CGROUPFS, "qemu"),
      pod(Story.USUAL, Placement.GO_SYSTEMD_ONLY, "clh"),
      pod(Story.USUAL, Placement.GO_SYSTEMD, "qemu"),
      pod(Story.USUAL, Placement.GO_2_5_CLH, "clh"),
      pod(Story.LEAKING, Placement.GO_CRIO_SYSTEMD, "qemu"),
      pod(Story.USUAL, Placement.GO_REMOTE, "remote"),
      pod(Story.USUAL, Placement.GO_SHARED, "qemu"),
      pod(Story.USUAL, Placement.RS_3_19_SYSTEMD_ONLY, "dragonball"),
      pod(Story.USUAL, Placement.RS_3_19_SYSTEMD, "dragonball"),
      pod(Story.USUAL, Placement.RS_SYSTEMD_ONLY, "clh"),
      pod(Story.USUAL, Placement.RS_SYSTEMD, "openvmm"),
      pod(Story.USUAL, Placement.RS_CGROUPFS_ONLY, "cloud-hypervisor"),
      pod(Story.USUAL, Placement.RS_WITHOUT_CONFIG, "dragonball"),
      pod(Story.NOT_SCRAPED, Placement.RS_3_2_SYSTEMD_ONLY, "cloud-hypervisor"),
      pod(Story.NOT_SCRAPED, Placement.RS_SYSTEMD_ONLY, "qemu"),
      pod(Story.NOT_SCRAPED, Placement.RS_SYSTEMD_ONLY, "firecracker"),
      pod(Story.NOT_SCRAPED, Placement.RS_REMOTE, "remote"),
      pod(Story.DENIED, Placement.GO_CRIO_CGROUPFS, "firecracker"),
      pod(Story.HUNG, Placement.GO_CGROUPFS, "qemu"),
      pod(Story.STUCK, Placement.GO_CGROUPFS_ONLY, "qemu"),
      pod(Story.BOOTING, Placement.RS_SYSTEMD_ONLY, "dragonball"),
      pod(Story.CRASHING, Placement.GO_SYSTEMD_ONLY, "qemu"),
      pod(Story.LOST, Placement.GO_CGROUPFS_ONLY, "qemu"));

  /** A pod of a preset. */
  public record Pod(Story story, Placement placement, String hypervisor) {
    /** The first sandbox of the pod. */
    SandboxSpec spec(SandboxSpec generated) {
      var identity = generated.identity();
      if (story != Story.USUAL) {
        identity = identity.ofApplication(story.word());
      }
      return SandboxSpec.of(identity, placement.runtime(), generated.body())
          .with(placement, hypervisor)
          .with(story.workload());
    }
  }

  private final String description;
  private final List<Pod> pods;

  Preset(String description, Pod... pods) {
    this.description = description;
    this.pods = List.of(pods);
  }

  private static Pod pod(Story story, Placement placement, String hypervisor) {
    return new Pod(story, placement, hypervisor);
  }

  String description() {
    return description;
  }

  public List<Pod> pods() {
    return pods;
  }
}
