package io.katamonitor.exposition;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The HELP and TYPE lines that were read last and whose samples are to follow. Reusable. */
final class Header {
  /** Longer ones are not worth a shape, and longer HELP texts not the heap they would take. */
  private static final int MAX_BYTES = 8 * 1024;

  private @Nullable Family family;
  private byte[] text = {};
  private int length;
  private boolean typed;
  private byte @Nullable [] help;

  /** Makes it that of a family; keeps what it has of the same one. */
  void announce(Family named) {
    if (family != named) {
      forget();
      family = named;
    }
  }

  void forget() {
    family = null;
    length = 0;
    typed = false;
    help = null;
  }

  /** Takes over the header of a shape that did not go on as expected. */
  void copy(FamilyShape shape) {
    forget();
    append(shape.header(), 0, shape.header().length);
    typed = shape.typed();
    help = shape.help();
  }

  /** Adds a line as it came, from its start to behind its line feed. */
  void append(byte[] from, int start, int end) {
    int more = end - start;
    if (length + more > MAX_BYTES) {
      length = MAX_BYTES + 1;
      return;
    }
    if (text.length < length + more) {
      text = Arrays.copyOf(text, Math.max(2 * text.length, length + more));
    }
    System.arraycopy(from, start, text, length, more);
    length += more;
  }

  /** Takes a HELP text; one that is too long is left out. */
  void help(byte[] text, int from, int to) {
    help = to - from > MAX_BYTES ? null : Arrays.copyOfRange(text, from, to);
  }

  void typed() {
    typed = true;
  }

  boolean isOf(Family named) {
    return family == named;
  }

  boolean isEmpty() {
    return family == null;
  }

  boolean isTooLong() {
    return length > MAX_BYTES;
  }

  byte @Nullable [] help() {
    return help;
  }

  boolean isTyped() {
    return typed;
  }

  byte[] text() {
    return text;
  }

  int length() {
    return length;
  }

  byte[] copy() {
    return Arrays.copyOf(text, length);
  }
}
