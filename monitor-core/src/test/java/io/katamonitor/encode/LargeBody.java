package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.function.IntFunction;

/** Bodies of the corpus that would be megabytes as files. */
enum LargeBody {
  FAMILIES_100000(false, 100_000, i -> "kata_" + i + " 1\n"),
  FAMILIES_4000_WITH_HEADERS(
      true, 4_000, i -> "# HELP kata_" + i + " x\n# TYPE kata_" + i + " gauge\nkata_" + i + " 1\n"),
  FOREIGN_FAMILIES_100000(false, 100_000, i -> "node_" + i + " 1\n"),
  TYPES_WITHOUT_SAMPLES_100000(false, 100_000, i -> "# TYPE kata_" + i + " gauge\n"),
  LABEL_VALUE_OF_5_MB(true, 5 << 20, i -> i == 0 ? "kata_a{b=\"" : "x", "\"} 1\n"),
  LABEL_VALUE_OF_7_MB(false, 7 << 20, i -> i == 0 ? "kata_a{b=\"" : "x", "\"} 1\n"),
  LABEL_VALUE_OF_ESCAPES(true, 1 << 19, i -> i == 0 ? "kata_a{b=\"" : "\\n\\\\\\\"", "\"} 1\n"),
  LABEL_NAME_OF_5_MB(true, 5 << 20, i -> i == 0 ? "kata_a{b" : "x", "=\"\"} 1\n"),
  LABELS_2000(true, 2_000, i -> (i == 0 ? "kata_a{l" : "\",l") + i + "=\"x", "\"} 1\n"),
  LABELS_4000(true, 4_000, i -> (i == 0 ? "kata_a{l" : "\",l") + i + "=\"x", "\"} 1\n"),
  LABELS_100000(true, 100_000, i -> (i == 0 ? "kata_a{l" : "\",l") + i + "=\"x", "\"} 1\n"),
  NAME_OF_5_MB(true, 5 << 20, i -> i == 0 ? "kata_" : "a", " 1\n"),
  HELP_OF_5_MB(true, 5 << 20, i -> i == 0 ? "# HELP kata_a " : "x", "\nkata_a 1\n"),
  COMMENT_OF_5_MB(true, 5 << 20, i -> i == 0 ? "# " : "x", "\nkata_a 1\n"),
  BLANKS_OF_5_MB(true, 5 << 20, i -> " ", "\nkata_a 1\n"),
  LINES_OF_ONE_FAMILY_5000(true, 5_000, i -> "kata_a{n=\"" + i + "\"} " + i + "\n"),
  LINES_OF_ONE_FAMILY_5001(false, 5_001, i -> "kata_a{n=\"" + i + "\"} " + i + "\n"),
  SAMPLE_5000_TIMES(true, 5_000, i -> "kata_a{n=\"1\"} 1\n"),
  BUCKETS_4000(
      true,
      4_000,
      i -> (i == 0 ? "# TYPE kata_h histogram\n" : "") + "kata_h_bucket{le=\"" + i + "\"} 1\n"),
  LAST_LINE_OF_ALL_IS_BROKEN(false, 4_000, i -> "kata_a{n=\"" + i + "\"} 1\n", "kata_a\n");

  private final boolean isTaken;
  private final int count;

  @SuppressWarnings("ImmutableEnumChecker") // each is a lambda that holds nothing
  private final IntFunction<String> piece;

  private final String end;

  LargeBody(boolean isTaken, int count, IntFunction<String> piece) {
    this(isTaken, count, piece, "");
  }

  /**
   * @param end text after the pieces
   */
  LargeBody(boolean isTaken, int count, IntFunction<String> piece, String end) {
    this.isTaken = isTaken;
    this.count = count;
    this.piece = piece;
    this.end = end;
  }

  /** False for a body that violates the format or exceeds the memory. */
  boolean isTaken() {
    return isTaken;
  }

  byte[] bytes() {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(piece.apply(i));
    }
    return text.append(end).toString().getBytes(ISO_8859_1);
  }
}
