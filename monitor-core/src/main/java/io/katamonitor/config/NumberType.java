package io.katamonitor.config;

/** A whole number in a range, both ends included. */
record NumberType(int min, int max) implements FlagType<Integer> {
  @Override
  public String placeholder() {
    return "N";
  }

  @Override
  public Integer parse(String text) {
    try {
      int number = Integer.parseInt(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Reported below, like a number out of range.
    }
    throw new IllegalArgumentException("expected a number from " + min + " to " + max);
  }

  @Override
  public String format(Integer value) {
    return value.toString();
  }
}
