package io.katamonitor.lifecycle;

import java.util.Locale;

/** Why a sandbox is lost; the {@code reason} of {@code kata_monitor_sandboxes_lost_total}. */
public enum LossReason {
  /** Its directory vanished, and the runtime reports its pod as ready. */
  DIRECTORY_GONE,
  /**
   * The runtime has a newer sandbox of the same pod, as the kubelet makes one after a sandbox has
   * died.
   */
  REPLACED,
  /**
   * Its socket refuses connections while its directory exists, and the runtime reports its pod as
   * ready.
   */
  SHIM_GONE;

  private final String label = name().toLowerCase(Locale.ROOT);

  public String label() {
    return label;
  }
}
