package io.katamonitor.sim;

/** Which metrics a simulated shim sends. */
public enum BodyKind {
  /**
   * 69 families in 1,278 lines, 84 KB, the same from both runtimes: all figures are measured with
   * it. Its values are not in Kata's units.
   */
  LARGE,
  /**
   * The series of Kata 4.1.0, each runtime's own, with its items and units; they fit together and
   * to the cgroups beside the node.
   */
  KATA
}
