package io.katamonitor.encode;

/**
 * Codes of lengths and distances with their extra bits (RFC 1951, section 3.2.5). A length here is
 * the number of repeated bytes less 3, a distance is that of the RFC less 1. The arrays must not be
 * modified.
 */
final class DeflateTables {
  static final int MIN_LENGTH = 3;
  static final int MAX_LENGTH = 258;
  static final int MAX_DISTANCE = 32 * 1024;

  /** The literal that ends a block. */
  static final int END = 256;

  /** The first symbol of a length. */
  static final int FIRST_LENGTH = END + 1;

  static final int LITERAL_CODES = 286;
  static final int DISTANCE_CODES = 30;

  static final byte[] LENGTH_CODE = new byte[MAX_LENGTH - MIN_LENGTH + 1];
  static final byte[] LENGTH_EXTRA = new byte[29];
  static final short[] LENGTH_BASE = new short[29];
  static final byte[] DISTANCE_EXTRA = new byte[DISTANCE_CODES];

  /** Of distances below 256, then of each 128 distances. */
  private static final byte[] DISTANCE_CODE = new byte[512];

  static {
    int length = 0;
    for (int code = 0; code < 28; code++) {
      LENGTH_EXTRA[code] = (byte) (code < 8 ? 0 : code / 4 - 1);
      LENGTH_BASE[code] = (short) length;
      for (int i = 1 << LENGTH_EXTRA[code]; i > 0 && length < LENGTH_CODE.length; i--) {
        LENGTH_CODE[length++] = (byte) code;
      }
    }
    LENGTH_CODE[MAX_LENGTH - MIN_LENGTH] = 28;
    LENGTH_BASE[28] = MAX_LENGTH - MIN_LENGTH;
    int distance = 0;
    for (int code = 0; code < DISTANCE_CODES; code++) {
      DISTANCE_EXTRA[code] = (byte) (code < 4 ? 0 : code / 2 - 1);
      int end = distance + (1 << DISTANCE_EXTRA[code]);
      for (; distance < end; distance += distance < 256 ? 1 : 128) {
        DISTANCE_CODE[distance < 256 ? distance : 256 + (distance >>> 7)] = (byte) code;
      }
    }
  }

  private DeflateTables() {}

  static int distanceCode(int distance) {
    return DISTANCE_CODE[distance < 256 ? distance : 256 + (distance >>> 7)];
  }
}
