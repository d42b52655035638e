package io.katamonitor.self;

import java.util.Locale;

/** Why a family that a shim sent is not in the answer. */
public enum DropReason {
  /** Its name does not begin with {@code kata_}. */
  FOREIGN,
  /** Its name begins with {@code kata_monitor_}, which is ours. */
  RESERVED,
  /** The operator's allow or deny list leaves it out. */
  FILTERED,
  /** Most sandboxes declare another type. */
  TYPE_CONFLICT,
  /**
   * One of its series has the name of another family's: a gauge called like a histogram's count.
   */
  NAME_COLLISION;

  private final String label = name().toLowerCase(Locale.ROOT);

  public String label() {
    return label;
  }
}
