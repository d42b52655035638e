package io.katamonitor.exposition;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The types of format 0.0.4. A family without a TYPE line is {@link #UNTYPED}. */
public enum FamilyType {
  COUNTER(0),
  GAUGE(1),
  HISTOGRAM(2),
  SUMMARY(3),
  UNTYPED(4);

  private static final FamilyType[] ALL = values();

  @SuppressWarnings("ImmutableEnumChecker") // never modified
  private final byte[] word = name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);

  private final int code;

  FamilyType(int code) {
    this.code = code;
  }

  /** Its number, from 0 on. */
  public int code() {
    return code;
  }

  /** The type with this number. */
  public static FamilyType ofCode(int code) {
    return ALL[code];
  }

  /** The type as a TYPE line spells it. The caller must not modify the array. */
  public byte[] word() {
    return word;
  }

  /** Whether the family {@code x} has samples named {@code x_sum} and {@code x_count}. */
  public boolean hasParts() {
    return this == HISTOGRAM || this == SUMMARY;
  }

  /** The type that the range names, in any case as Go's parser accepts it; null for none. */
  static @Nullable FamilyType parse(byte[] text, int from, int to) {
    for (var type : ALL) {
      if (equalsIgnoreCase(type.word, text, from, to)) {
        return type;
      }
    }
    return null;
  }

  private static boolean equalsIgnoreCase(byte[] word, byte[] text, int from, int to) {
    if (to - from != word.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if ((text[from + i] | 0x20) != word[i]) {
        return false;
      }
    }
    return true;
  }
}
