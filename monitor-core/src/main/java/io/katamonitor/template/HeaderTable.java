package io.katamonitor.template;

import io.katamonitor.exposition.TextScanner;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Hash table from the first line of a header to the template with that header that was learned
 * last. Looked up by a range of the received text, so that a lookup allocates nothing. Open
 * addressing, at most half full. Confined to one thread.
 */
final class HeaderTable {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Odd, and unknown to guests, so that they cannot choose lines whose hashes collide. */
  private static final long MULTIPLIER = (System.nanoTime() * 0x9E3779B97F4A7C15L) | 1;

  private @Nullable FamilyTemplate[] table = new FamilyTemplate[256];
  private int size;

  /** The template whose header's first line is {@code [from, newline)}, or null. */
  @Nullable FamilyTemplate get(byte[] text, int from, int newline) {
    return table[slot(table, text, from, newline)];
  }

  /** Adds a template in place of the one with the same first line. */
  void put(FamilyTemplate template) {
    byte[] header = template.header();
    int newline = TextScanner.newline(header, 0, header.length);
    int slot = slot(table, header, 0, newline);
    if (table[slot] == null) {
      if (2 * ++size > table.length) {
        grow();
        slot = slot(table, header, 0, newline);
      }
    }
    table[slot] = template;
  }

  private void grow() {
    var larger = new FamilyTemplate[2 * table.length];
    for (var template : table) {
      if (template != null) {
        byte[] header = template.header();
        int newline = TextScanner.newline(header, 0, header.length);
        larger[slot(larger, header, 0, newline)] = template;
      }
    }
    table = larger;
  }

  /** The slot of the line: the one that holds it, or the free one where it belongs. */
  private static int slot(@Nullable FamilyTemplate[] table, byte[] text, int from, int newline) {
    int slot = hash(text, from, newline) & (table.length - 1);
    while (true) {
      var template = table[slot];
      if (template == null || startsWithLine(template.header(), text, from, newline)) {
        return slot;
      }
      slot = (slot + 1) & (table.length - 1);
    }
  }

  private static boolean startsWithLine(byte[] header, byte[] text, int from, int newline) {
    int length = newline - from;
    return header.length > length
        && header[length] == '\n'
        && Arrays.equals(header, 0, length, text, from, newline);
  }

  private static int hash(byte[] text, int from, int newline) {
    long hash = newline - (long) from;
    int i = from;
    for (; i <= newline - Long.BYTES; i += Long.BYTES) {
      hash = (hash ^ (long) LONG.get(text, i)) * MULTIPLIER;
      hash ^= hash >>> 32;
    }
    for (; i < newline; i++) {
      hash = (hash ^ text[i]) * MULTIPLIER;
    }
    return (int) (hash >>> 32) ^ (int) hash;
  }
}
