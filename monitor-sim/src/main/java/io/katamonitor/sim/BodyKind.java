package io.katamonitor.sim;

/** The metrics that a simulated shim sends. */
public enum BodyKind {
  /**
   * 69 families in 1,278 lines, 84 KB, the same from both runtimes: used for all measurements. Its
   * values are not in Kata's units.
   */
  LARGE,
  /**
   * The series of Kata 4.1.0, each runtime's own, with its items and units; they are consistent
   * with each other and with the node's cgroups.
   */
  KATA
}
