package io.katamonitor.exposition;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds the ends of tokens, names and lines in a byte array. Ranges are half-open. Stateless. */
public final class TextScanner {
  /** Reads eight bytes of a {@code byte[]}, the first in the lowest bits. */
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long NEWLINES = '\n' * ONES;

  private TextScanner() {}

  /** Position of the first line feed of the range, or -1. Compares eight bytes at a time. */
  public static int newline(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long word = (long) LONG.get(bytes, i) ^ NEWLINES;
      long hit = (word - ONES) & ~word & HIGHS;
      if (hit != 0) {
        return i + (Long.numberOfTrailingZeros(hit) >>> 3);
      }
    }
    for (; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Whether the range is well-formed UTF-8 (Unicode 16, table 3-7). */
  public static boolean isUtf8(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      int lead = bytes[i++];
      if (lead >= 0) {
        continue;
      }
      int more;
      int low = 0x80;
      int high = 0xBF;
      lead &= 0xFF;
      if (lead >= 0xC2 && lead <= 0xDF) {
        more = 1;
      } else if (lead >= 0xE0 && lead <= 0xEF) {
        more = 2;
        low = lead == 0xE0 ? 0xA0 : low;
        high = lead == 0xED ? 0x9F : high;
      } else if (lead >= 0xF0 && lead <= 0xF4) {
        more = 3;
        low = lead == 0xF0 ? 0x90 : low;
        high = lead == 0xF4 ? 0x8F : high;
      } else {
        return false;
      }
      for (; more > 0; more--, low = 0x80, high = 0xBF) {
        int next = i < to ? bytes[i++] & 0xFF : 0;
        if (next < low || next > high) {
          return false;
        }
      }
    }
    return true;
  }

  /** Position of the first byte that is neither blank nor tab; {@code to} if there is none. */
  public static int skipBlanks(byte[] text, int from, int to) {
    while (from < to && (text[from] == ' ' || text[from] == '\t')) {
      from++;
    }
    return from;
  }

  /** Position of the first blank or tab; {@code to} if there is none. */
  public static int endOfToken(byte[] text, int from, int to) {
    while (from < to && text[from] != ' ' && text[from] != '\t') {
      from++;
    }
    return from;
  }

  /** End of the metric name that starts at {@code from}; {@code from} if none does. */
  public static int endOfMetricName(byte[] text, int from, int to) {
    int i = from;
    while (i < to && (isNameByte(text[i], i == from) || text[i] == ':')) {
      i++;
    }
    return i;
  }

  /** End of the label name that starts at {@code from}; {@code from} if none does. */
  public static int endOfLabelName(byte[] text, int from, int to) {
    int i = from;
    while (i < to && isNameByte(text[i], i == from)) {
      i++;
    }
    return i;
  }

  private static boolean isNameByte(byte c, boolean isFirst) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '_'
        || (c >= '0' && c <= '9' && !isFirst);
  }
}
