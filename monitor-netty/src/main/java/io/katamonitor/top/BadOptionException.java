package io.katamonitor.top;

/** An invalid command line: the message is a sentence for the user. */
final class BadOptionException extends Exception {
  private static final long serialVersionUID = 1L;

  BadOptionException(String sentence) {
    super(sentence);
  }

  /** A flag's value that is not what was expected. */
  BadOptionException(String flag, String value, String expected) {
    super("invalid value \"" + value + "\" for flag " + flag + expected);
  }
}
