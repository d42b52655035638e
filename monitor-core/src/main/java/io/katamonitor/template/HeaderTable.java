package io.katamonitor.template;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Hash table from the start of a header, as {@code # HELP kata_x}, to the template with that start
 * that was learned last. Looked up by a range of the received text, so that a lookup allocates
 * nothing. Open addressing, at most half full. Confined to one thread.
 */
final class HeaderTable {
  /** Length of {@code # HELP} and {@code # TYPE} with the blank after them. */
  private static final int KEYWORD_BYTES = 7;

  /** Odd, and unknown to guests, so that they cannot choose names whose hashes collide. */
  private static final int MULTIPLIER =
      (int) ((System.nanoTime() * 0x9E3779B97F4A7C15L) >>> 32) | 1;

  private @Nullable FamilyTemplate[] table = new FamilyTemplate[256];
  private int size;

  /**
   * The template whose header may stand at {@code from}; null if none is known, or if the name has
   * not arrived whole. The caller compares the rest of the header.
   */
  @Nullable FamilyTemplate get(byte[] text, int from, int end) {
    int nameEnd = nameEnd(text, from, end);
    return nameEnd < 0 ? null : table[slot(table, text, from, nameEnd)];
  }

  /** Adds a template in place of the one with the same start of the header. */
  void put(FamilyTemplate template) {
    byte[] header = template.header();
    int nameEnd = nameEnd(header, 0, header.length);
    if (nameEnd < 0) {
      return; // An unusual spelling, which is not looked up.
    }
    int slot = slot(table, header, 0, nameEnd);
    if (table[slot] == null && 2 * ++size > table.length) {
      grow();
      slot = slot(table, header, 0, nameEnd);
    }
    table[slot] = template;
  }

  private void grow() {
    var larger = new FamilyTemplate[2 * table.length];
    for (var template : table) {
      if (template != null) {
        byte[] header = template.header();
        larger[slot(larger, header, 0, nameEnd(header, 0, header.length))] = template;
      }
    }
    table = larger;
  }

  /** End of the name after the keyword; -1 if it is not there, or may go on. */
  private static int nameEnd(byte[] text, int from, int end) {
    int at = from + KEYWORD_BYTES;
    if (at >= end || text[at - 1] != ' ') {
      return -1;
    }
    while (text[at] != ' ' && text[at] != '\n') {
      if (++at == end) {
        return -1;
      }
    }
    return at;
  }

  /** The slot of the key: the one that holds it, or the free one where it belongs. */
  private static int slot(@Nullable FamilyTemplate[] table, byte[] text, int from, int nameEnd) {
    int hash = 0;
    for (int i = from + KEYWORD_BYTES - 3; i < nameEnd; i++) {
      hash = hash * MULTIPLIER + text[i];
    }
    int slot = (hash ^ hash >>> 15) & (table.length - 1);
    while (true) {
      var template = table[slot];
      if (template == null || startsWith(template.header(), text, from, nameEnd)) {
        return slot;
      }
      slot = (slot + 1) & (table.length - 1);
    }
  }

  private static boolean startsWith(byte[] header, byte[] text, int from, int nameEnd) {
    int length = nameEnd - from;
    return header.length > length
        && (header[length] == ' ' || header[length] == '\n')
        && Arrays.equals(header, 0, length, text, from, nameEnd);
  }
}
