package io.katamonitor.lifecycle;

import java.util.Locale;

/** Why a sandbox is lost; the {@code reason} of {@code kata_monitor_sandboxes_lost_total}. */
public enum LossReason {
  /** Its directory vanished, and the runtime calls its pod ready. */
  DIRECTORY_GONE,
  /** The runtime has a newer sandbox of the same pod: what the kubelet makes when one has died. */
  REPLACED,
  /** Its socket refuses while its directory stays, and the runtime calls its pod ready. */
  SHIM_GONE;

  private final String label = name().toLowerCase(Locale.ROOT);

  public String label() {
    return label;
  }
}
