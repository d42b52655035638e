package io.katamonitor.config;

/**
 * A name for an expression to be matched with, of which so many characters may be read. Java's
 * expressions try one way after the other: with a few {@code .*} in one, a guest could choose names
 * of families that keep the event loop for hours, where the Go daemon's take time that is linear in
 * the name's length. For one match, on one thread.
 */
final class BoundedText implements CharSequence {
  /** An ordinary name is decided in some hundred reads; so many take some 50 microseconds. */
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

  /** Without a stack trace, which would cost more than the reads. */
  static final class TooManyReadsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooManyReadsException() {
      super("more than " + MAX_READS + " characters read", null, false, false);
    }
  }
}
