package io.katamonitor.config;

/** True or false, in the words of Go's {@code strconv.ParseBool}. */
record BooleanType() implements FlagType<Boolean> {
  @Override
  public String placeholder() {
    return "";
  }

  @Override
  public Boolean parse(String text) {
    return switch (text) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw new IllegalArgumentException("expected true or false");
    };
  }

  @Override
  public String format(Boolean value) {
    return value.toString();
  }
}
