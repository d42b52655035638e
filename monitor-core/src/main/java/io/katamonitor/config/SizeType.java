package io.katamonitor.config;

/**
 * Sizes in bytes, in a range with both ends included: {@code 1048576}, {@code 1024KiB}, {@code
 * 1MiB}.
 */
record SizeType(long min, long max) implements FlagType<Long> {
  /** Longer numbers are rejected: 18 digits stay below 2^63, 19 may not. */
  private static final int MAX_DIGITS = 18;

  @Override
  public String placeholder() {
    return "SIZE";
  }

  @Override
  public Long parse(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    if (digits > 0 && digits <= MAX_DIGITS) {
      long number = Long.parseLong(text.substring(0, digits));
      long unit = unitBytes(text.substring(digits));
      if (number <= max / unit && number * unit >= min) {
        return number * unit;
      }
    }
    throw new IllegalArgumentException(expected());
  }

  private long unitBytes(String unit) {
    return switch (unit) {
      case "", "B" -> 1L;
      case "KiB" -> 1L << 10;
      case "MiB" -> 1L << 20;
      case "GiB" -> 1L << 30;
      default -> throw new IllegalArgumentException(expected());
    };
  }

  private String expected() {
    return "expected a size from " + text(min) + " to " + text(max) + ", such as 16MiB or 16777216";
  }

  @Override
  public String format(Long value) {
    return text(value);
  }

  /** In the largest unit of which it is a whole number. */
  private static String text(long bytes) {
    int shift = Math.min(30, Long.numberOfTrailingZeros(bytes) / 10 * 10);
    return (bytes >> shift)
        + switch (shift) {
          case 0 -> "B";
          case 10 -> "KiB";
          case 20 -> "MiB";
          default -> "GiB";
        };
  }
}
