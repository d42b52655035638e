package io.katamonitor.usage;

/** A unit of Kata's series, with its factor to the base unit. */
public enum KataUnit {
  SECONDS(1, "seconds"),
  MILLISECONDS(1e-3, "milliseconds"),
  /**
   * Clock ticks of the kernel's {@code USER_HZ}, which is 100 on all platforms that Kata supports.
   */
  TICKS(1e-2, "ticks of 1/100 s"),
  BYTES(1, "bytes"),
  KIBIBYTES(1024, "KiB"),
  COUNT(1, "count");

  private final double factor;
  private final String label;

  KataUnit(double factor, String label) {
    this.factor = factor;
    this.label = label;
  }

  /** Converts a value to seconds or bytes; a count is unchanged. */
  public double toBase(double value) {
    return value * factor;
  }

  /** Its name in the documentation. */
  public String label() {
    return label;
  }
}
