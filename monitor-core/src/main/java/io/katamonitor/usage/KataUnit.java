package io.katamonitor.usage;

/** A unit that Kata's series have, and its factor to the base unit. */
public enum KataUnit {
  SECONDS(1, "seconds"),
  MILLISECONDS(1e-3, "milliseconds"),
  /** Of the kernel's {@code USER_HZ}, which is 100 on the platforms that Kata has. */
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

  /** A value of this unit in seconds, bytes, or as the count that it is. */
  public double toBase(double value) {
    return value * factor;
  }

  /** As documents call it. */
  public String label() {
    return label;
  }
}
