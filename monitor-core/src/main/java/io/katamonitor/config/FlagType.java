package io.katamonitor.config;

/**
 * How the values of a flag are spelled on the command line.
 *
 * @param <T> what a value is in the program
 */
interface FlagType<T> {
  /** The word for a value in the usage; empty for a boolean, whose value may be left out. */
  String placeholder();

  /**
   * The value that a text means.
   *
   * @throws IllegalArgumentException whose message begins with "expected" and says what
   */
  T parse(String text);

  /** The value as the log shows it; empty for one that is not set. */
  String format(T value);

  /** The value of a flag that is given again: the last one, unless the flag is repeatable. */
  default T merge(T earlier, T later) {
    return later;
  }
}
