package io.katamonitor.template;

import java.util.Locale;

/** Why a guest's family is dropped: {@code kata_monitor_families_dropped_total{reason}}. */
public enum DropReason {
  /** Its name does not start with {@code kata_}. */
  FOREIGN,
  /** Its name is reserved for the monitor's own families. */
  RESERVED,
  /** The allow list or the deny list excludes it. */
  DENYLIST;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** Value of the {@code reason} label. */
  public String label() {
    return label;
  }
}
