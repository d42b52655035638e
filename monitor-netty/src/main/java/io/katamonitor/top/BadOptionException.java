package io.katamonitor.top;

/** An invalid command line; the message is one sentence for the user. */
final class BadOptionException extends Exception {
  private static final long serialVersionUID = 1L;

  BadOptionException(String sentence) {
    super(sentence);
  }

  /** Reports an invalid value of a flag. */
  BadOptionException(String flag, String value, String expected) {
    super("invalid value \"" + value + "\" for flag " + flag + expected);
  }
}
