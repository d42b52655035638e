package io.katamonitor.config;

/**
 * A family name to be matched with a regular expression, of which only a limited number of
 * characters may be read. Java's expressions backtrack: with a few {@code .*} in one, a guest could
 * choose family names that occupy the event loop for hours. Those of the Go daemon take linear
 * time. For one match, on one thread.
 */
final class BoundedText implements CharSequence {
  /** An ordinary name takes some hundred reads; this many take some 50 microseconds. */
  static final int MAX_READS = 10_000;

  private final String text;
  private int reads;

  BoundedText(String text) {
    this.text = text;
  }

  @Override
  public char charAt(int index) {
    if (++reads > MAX_READS) {
      throw new TooManyReadsException();
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.substring(start, end);
  }

  @Override
  public String toString() {
    return text;
  }

  /** Without a stack trace, which would take longer than the reads. */
  static final class TooManyReadsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooManyReadsException() {
      super("more than " + MAX_READS + " characters read", null, false, false);
    }
  }
}
