package io.katamonitor.sandbox;

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
}
