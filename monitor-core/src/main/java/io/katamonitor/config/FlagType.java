package io.katamonitor.config;

/**
 * Syntax of a flag's values on the command line.
 *
 * @param <T> what a value is in the program
 */
interface FlagType<T> {
  /** Placeholder for a value in the usage; empty for a boolean, whose value may be omitted. */
  String placeholder();

  /**
   * Parses a value.
   *
   * @throws IllegalArgumentException whose message begins with "expected" and describes the syntax
   */
  T parse(String text);

  /** Formats a value for the log; empty if none is set. */
  String format(T value);

  /** The value of a flag that is given again: the last one, unless the flag is repeatable. */
  default T merge(T earlier, T later) {
    return later;
  }
}
