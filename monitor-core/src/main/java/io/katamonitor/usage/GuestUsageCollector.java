package io.katamonitor.usage;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Collects the source samples of one accepted body and makes a {@link GuestUsage} of them. Not
 * thread-safe; {@link #reset} makes it ready for the next body.
 *
 * <p>The guest is untrusted. Rejected: a value that is negative, NaN or infinite; bytes and counts
 * of 2^63 and more; CPU time beyond what the guest's CPUs can have spent since it was created; free
 * or available memory above the total (then all memory values); an available memory of 0, which old
 * guest kernels report because they have no such value.
 */
public final class GuestUsageCollector {
  /** Tolerance, since a sandbox may be older than its {@code created_at} and clocks differ. */
  private static final double AGE_SLACK_SECONDS = 60;

  private static final double AGE_SLACK_FACTOR = 1.1;
  private static final double TOO_LARGE = 0x1p63;

  /**
   * Sum of the samples of each series: usually one sample, but one per interface for network
   * series.
   */
  private final double[] sums = new double[SERIES];

  private final int[] counts = new int[SERIES];
  private static final int SERIES = GuestSeries.values().length;

  public void reset() {
    for (int i = 0; i < SERIES; i++) {
      sums[i] = 0;
      counts[i] = 0;
    }
  }

  /** Adds one sample, with its value as the guest sent it. */
  @SuppressWarnings("EnumOrdinal") // an EnumMap would box each value
  public void add(GuestSeries series, double value) {
    int i = series.ordinal();
    boolean isPlausible = value >= 0 && value < Double.POSITIVE_INFINITY; // NaN is not
    sums[i] += isPlausible ? value : Double.NaN;
    counts[i]++;
  }

  /**
   * The usage by the samples since the last {@link #reset}.
   *
   * @param ageSeconds of the sandbox; empty where its creation is not known
   */
  public GuestUsage usage(OptionalDouble ageSeconds) {
    long total = bytes(GuestSeries.MEMORY_TOTAL);
    long free = bytes(GuestSeries.MEMORY_FREE);
    long available = bytes(GuestSeries.MEMORY_AVAILABLE);
    long inactiveFile = bytes(GuestSeries.MEMORY_INACTIVE_FILE);
    if (total <= 0 || free > total || available > total) {
      total = -1;
      free = -1;
      available = -1;
    }
    boolean hasWorkingSet = total >= 0 && free >= 0 && inactiveFile >= 0;
    return new GuestUsage(
        cpuSeconds(ageSeconds),
        optional(total),
        available == 0 ? OptionalLong.empty() : optional(available),
        hasWorkingSet ? optional(total - free - inactiveFile) : OptionalLong.empty(),
        optional(bytes(GuestSeries.NETWORK_RECEIVE)),
        optional(bytes(GuestSeries.NETWORK_TRANSMIT)),
        optional(bytes(GuestSeries.OOM_KILLS)),
        has(GuestSeries.LOAD1)
            ? OptionalDouble.of(sum(GuestSeries.LOAD1))
            : OptionalDouble.empty());
  }

  private OptionalDouble cpuSeconds(OptionalDouble ageSeconds) {
    if (!has(GuestSeries.CPU_USER)
        || !has(GuestSeries.CPU_NICE)
        || !has(GuestSeries.CPU_SYSTEM)
        || !has(GuestSeries.CPU_IRQ)
        || !has(GuestSeries.CPU_SOFTIRQ)) {
      return OptionalDouble.empty();
    }
    double milliseconds =
        sum(GuestSeries.CPU_USER)
            + sum(GuestSeries.CPU_NICE)
            + sum(GuestSeries.CPU_SYSTEM)
            + sum(GuestSeries.CPU_IRQ)
            + sum(GuestSeries.CPU_SOFTIRQ);
    double seconds = KataUnits.GUEST_CPU_TIME.toBase(milliseconds);
    if (seconds == Double.POSITIVE_INFINITY) {
      return OptionalDouble.empty();
    }
    if (ageSeconds.isPresent()) {
      double possible =
          (ageSeconds.getAsDouble() + AGE_SLACK_SECONDS)
              * Math.max(1, count(GuestSeries.CPU_OF_ONE))
              * AGE_SLACK_FACTOR;
      if (!(seconds <= possible)) {
        return OptionalDouble.empty();
      }
    }
    return OptionalDouble.of(seconds);
  }

  private boolean has(GuestSeries series) {
    return count(series) > 0 && sum(series) < Double.POSITIVE_INFINITY; // NaN is not
  }

  /** A count or a number of bytes; -1 if it is absent or not plausible. */
  private long bytes(GuestSeries series) {
    return has(series) && sum(series) < TOO_LARGE ? (long) sum(series) : -1;
  }

  @SuppressWarnings("EnumOrdinal")
  private double sum(GuestSeries series) {
    return sums[series.ordinal()];
  }

  @SuppressWarnings("EnumOrdinal")
  private int count(GuestSeries series) {
    return counts[series.ordinal()];
  }

  private static OptionalLong optional(long value) {
    return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
