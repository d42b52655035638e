package io.katamonitor.sim;

/**
 * A moment in a sandbox's life, from which all values are derived, so that they are consistent:
 * memory never exceeds its peak, counters never fall.
 *
 * @param progress of counters: 1 after five minutes of mean activity; never falls
 * @param level of memory, threads and the like, about 1
 * @param usage of the pod, for bodies with usage
 * @param id of the sandbox, for series with its name
 */
record Moment(
    long seed,
    double startSeconds,
    double nowSeconds,
    double progress,
    double level,
    double highestLevel,
    PodUsage usage,
    String id) {
  private static final double SWING = 0.12;

  /** The moment for a sandbox with this seed and age. */
  static Moment of(long seed, double startSeconds, double nowSeconds) {
    return of(seed, startSeconds, nowSeconds, PodUsage.NONE, "");
  }

  /** The same for a pod with usage. */
  static Moment of(long seed, double startSeconds, double nowSeconds, PodUsage usage, String id) {
    double size = 0.8 + 0.4 * unit(seed);
    double activity = 0.5 + unit(seed + 1);
    double phase = 2 * Math.PI * unit(seed + 2);
    double wave = 2 * Math.PI / (180 + 240 * unit(seed + 3));
    double age = Math.max(0, nowSeconds - startSeconds);
    // The integral of activity * (1 + 0.8 sin(wave * t + phase)): never falls.
    double spent = age - 0.8 / wave * (Math.cos(wave * age + phase) - Math.cos(phase));
    double level = size * (1 + SWING * Math.sin(wave * age + phase));
    return new Moment(
        seed,
        startSeconds,
        nowSeconds,
        activity * (0.2 + spent / 300),
        level,
        size * (1 + SWING),
        usage,
        id);
  }

  /** The constant factor of a sample. */
  double share(int sample) {
    return 0.8 + 0.4 * unit(seed * 31 + sample);
  }

  /** A number in [0, 1) derived from another one (the finalizer of SplitMix64). */
  static double unit(long number) {
    long mixed = (number + 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    mixed ^= mixed >>> 31;
    return (mixed >>> 11) * 0x1p-53;
  }
}
