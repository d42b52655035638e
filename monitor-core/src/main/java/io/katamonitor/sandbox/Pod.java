package io.katamonitor.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * The pod a sandbox runs, as the CRI runtime describes it. Any text may stand in the three: it is
 * escaped where it goes out.
 */
public record Pod(String uid, String name, String namespace) {
  /** A pod not known (yet): all three are empty, as its labels then are. */
  public static final Pod UNKNOWN = new Pod("", "", "");

  public boolean isKnown() {
    return !equals(UNKNOWN);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Pod pod
        && uid.equals(pod.uid)
        && name.equals(pod.name)
        && namespace.equals(pod.namespace);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * uid.hashCode() + name.hashCode()) + namespace.hashCode();
  }
}
