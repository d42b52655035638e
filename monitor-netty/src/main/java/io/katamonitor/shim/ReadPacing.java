package io.katamonitor.shim;

/**
 * How long a shim's connection is not read after a read. A read costs some 15 us however little it
 * brings, so a shim that sends its body byte by byte is read at most 200 times a second; ordinary
 * bodies come in pieces of 4 KiB and more and are read at once. A response of which only the end is
 * wanted is read 20 times a second.
 */
final class ReadPacing {
  static final long TINY_READ_MILLIS = 5;
  static final long DISCARD_MILLIS = 50;

  /** A smaller read is tiny. */
  private static final int TINY_BYTES = 1024;

  /** An ordinary response has a few: its head, its last chunk, its end. */
  private static final int FREE_TINY_READS = 4;

  private int tinyReads;

  /**
   * Milliseconds to wait after a read.
   *
   * @param bytes that it brought
   */
  long pauseAfter(int bytes, boolean isDiscarding) {
    if (isDiscarding) {
      return DISCARD_MILLIS;
    }
    return bytes < TINY_BYTES && ++tinyReads > FREE_TINY_READS ? TINY_READ_MILLIS : 0;
  }
}
