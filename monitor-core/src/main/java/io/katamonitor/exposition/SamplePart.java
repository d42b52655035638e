package io.katamonitor.exposition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The suffix that a sample's name adds to the name of its family: {@code x}, {@code x_bucket},
 * {@code x_count} or {@code x_sum}.
 */
public enum SamplePart {
  PLAIN(0, ""),
  BUCKET(1, "_bucket"),
  COUNT(2, "_count"),
  SUM(3, "_sum");

  private static final SamplePart[] ALL = values();

  private final int code;
  private final String suffix;

  @SuppressWarnings("ImmutableEnumChecker") // read only
  private final byte[] suffixBytes;

  SamplePart(int code, String suffix) {
    this.code = code;
    this.suffix = suffix;
    this.suffixBytes = suffix.getBytes(ISO_8859_1);
  }

  /** Its number, from 0 on. */
  public int code() {
    return code;
  }

  /** The bit that stands for it in a set of parts. */
  public int bit() {
    return 1 << code;
  }

  /** The part with this number. */
  public static SamplePart ofCode(int code) {
    return ALL[code];
  }

  /** The suffix; empty for {@link #PLAIN}. */
  public String suffix() {
    return suffix;
  }

  /** Whether a family of this type may have samples with this suffix. */
  public boolean isOf(FamilyType type) {
    return this == PLAIN
        || type == FamilyType.HISTOGRAM
        || (type == FamilyType.SUMMARY && this != BUCKET);
  }

  /** The part other than {@link #PLAIN} that the name ends with; null if there is none. */
  public static @Nullable SamplePart endingOf(byte[] name, int from, int to) {
    for (int i = 1; i < ALL.length; i++) {
      byte[] suffix = ALL[i].suffixBytes;
      int start = to - suffix.length;
      if (start > from && Arrays.equals(name, start, to, suffix, 0, suffix.length)) {
        return ALL[i];
      }
    }
    return null;
  }

  /** The part whose suffix is the range; null if there is none. */
  public static @Nullable SamplePart ofSuffix(byte[] text, int from, int to) {
    for (var part : ALL) {
      if (Arrays.equals(text, from, to, part.suffixBytes, 0, part.suffixBytes.length)) {
        return part;
      }
    }
    return null;
  }
}
