package io.katamonitor.exposition;

import java.util.Locale;

/** Why a family of a shim is left out; the {@code reason} label of the dropped families series. */
public enum DropReason {
  /** Its name does not begin with {@code kata_}. */
  FOREIGN,
  /** Its name is one of the monitor's own, {@code kata_monitor_*}. */
  RESERVED,
  /** The allow list or the deny list leaves it out. */
  FILTERED,
  /** Most sandboxes declare it with another type. */
  TYPE_CONFLICT,
  /**
   * Its name is also that of another family, or of another family's {@code _sum}, {@code _count} or
   * {@code _bucket}.
   */
  NAME_COLLISION;

  private final String label = name().toLowerCase(Locale.ROOT);

  public String label() {
    return label;
  }
}
