package io.katamonitor.config;

/** Sizes in bytes: {@code 1048576}, {@code 1024KiB}, {@code 1MiB}. */
final class SizeText {
  private static final int LARGEST = 1 << 30;
  private static final String EXPECTED =
      "expected a size from 1 byte to 1GiB, such as 16MiB or 1048576";

  private SizeText() {}

  static int parse(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    if (digits == 0 || digits > 10) {
      throw new IllegalArgumentException(EXPECTED);
    }
    long number = Long.parseLong(text.substring(0, digits));
    long size =
        number
            * switch (text.substring(digits)) {
              case "", "B" -> 1L;
              case "KiB" -> 1L << 10;
              case "MiB" -> 1L << 20;
              case "GiB" -> 1L << 30;
              default -> throw new IllegalArgumentException(EXPECTED);
            };
    if (size < 1 || size > LARGEST) {
      throw new IllegalArgumentException(EXPECTED);
    }
    return (int) size;
  }
}
