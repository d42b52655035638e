package io.katamonitor.sim;

/** Load and limits of the containers of a simulated pod. */
public enum Workload {
  /** A quarter of a core, some 300 MiB. */
  USUAL(0.25, 0.6, 260, 0, 1374, 2),
  /** Almost nothing, without limits. */
  IDLE(0.02, 0.5, 60, 0, 0, 0),
  /** All the CPU that its quota allows: the host throttles it, the guest sees steal. */
  BUSY(1.4, 0.02, 420, 0, 1374, 1.5),
  /** Memory grows for 36 minutes, then the guest kills the process and it starts over. */
  LEAKING(0.15, 0.4, 840, 0.35, 2000, 2);

  private static final long MIB = 1 << 20;

  /** Leaked anonymous memory at which the limit of the container is reached, in bytes. */
  private static final double LEAK_ROOM = 750 * MIB;

  private final double cores;
  private final double swing;
  private final long anonymousMib;
  private final double leakMibPerSecond;
  private final long limitMib;
  private final double quotaCores;

  Workload(
      double cores,
      double swing,
      long anonymousMib,
      double leakMibPerSecond,
      long limitMib,
      double quotaCores) {
    this.cores = cores;
    this.swing = swing;
    this.anonymousMib = anonymousMib;
    this.leakMibPerSecond = leakMibPerSecond;
    this.limitMib = limitMib;
    this.quotaCores = quotaCores;
  }

  /** Mean CPU use of the guest. */
  double cores() {
    return cores;
  }

  /** Amplitude of CPU use, as a fraction of its mean. */
  double swing() {
    return swing;
  }

  double anonymousBytes() {
    return anonymousMib * MIB;
  }

  /** Anonymous memory that has leaked since the process started, in bytes. */
  double leakedBytes(double ageSeconds) {
    return leakMibPerSecond == 0 ? 0 : leakMibPerSecond * MIB * (ageSeconds % leakSeconds());
  }

  /** Its peak so far. */
  double mostLeakedBytes(double ageSeconds) {
    return leakMibPerSecond == 0 ? 0 : leakMibPerSecond * MIB * Math.min(ageSeconds, leakSeconds());
  }

  /** Number of OOM kills of the process in the guest. */
  double oomKills(double ageSeconds) {
    return leakMibPerSecond == 0 ? 0 : Math.floor(ageSeconds / leakSeconds());
  }

  private double leakSeconds() {
    return LEAK_ROOM / (leakMibPerSecond * MIB);
  }

  /** {@code memory.max} of the pod's own cgroup: its containers' and the overhead; 0 for none. */
  long limitBytes() {
    return limitMib * MIB;
  }

  /** {@code cpu.max} of the pod's own cgroup; 0 for none. */
  double quotaCores() {
    return quotaCores;
  }

  /** Whether its quota throttles it. */
  boolean isThrottled() {
    return this == BUSY;
  }
}
