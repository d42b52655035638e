package io.katamonitor.scrape;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.function.IntFunction;

/**
 * Bodies that make something grow without bound: generated piece by piece, so that the sending shim
 * needs no memory for them.
 */
enum Flood {
  ONE_LABEL(i -> i == 0 ? "kata_a{b=\"" : "x".repeat(1000)),
  LABELS(i -> (i == 0 ? "kata_a{" : ",") + "l" + i + "=\"\""),
  SHORT_LABELS_ON_MANY_LINES(
      i -> i % 10_000 == 0 ? (i == 0 ? "" : "} 1\n") + "kata_a{l=\"\"" : ",l" + i + "=\"\""),
  EXPORTED_LABELS(i ->
      (i == 0 ? "kata_a{sandbox_id=\"\"" : "")
          + ","
          + "exported_".repeat(i % 1000 + 1)
          + "sandbox_id=\"\""),
  ONE_NAME(i -> i == 0 ? "kata_" : "a".repeat(1000)),
  ONE_NAME_OF_A_TYPE(i -> i == 0 ? "# TYPE kata_" : "a".repeat(1000)),
  LONG_NAMES(i -> "kata_" + "a".repeat(8000) + i + " 1\n"),
  ONE_NUMBER(i -> i == 0 ? "kata_a 0." : "1".repeat(1000)),
  LONG_NUMBERS(i -> "kata_a " + "1".repeat(60_000) + "e-60000\n"),
  LONG_LEGAL_NUMBERS(i -> "kata_a 0." + "1".repeat(1000) + "\n"),
  ONE_HELP(i -> i == 0 ? "# HELP kata_a " : "x".repeat(1000)),
  HELPS(i -> "# HELP kata_" + i + " " + "x".repeat(8000) + "\nkata_" + i + " 1\n"),
  LONG_HELPS(i -> "# HELP kata_" + i + " " + "x".repeat(60_000) + "\nkata_" + i + " 1\n"),
  HELPS_ONLY(i -> "# HELP kata_" + i + " x\n"),
  FAMILIES(i -> "kata_" + i + " 1\n"),
  TYPED_FAMILIES(i -> "# TYPE kata_" + i + " gauge\nkata_" + i + " 1\n"),
  FOREIGN_FAMILIES(i -> "f" + Integer.toString(i, 36) + " 1\n"),
  TWIN_FAMILIES(i -> "go_" + i + " 1\nkata_shim_go_" + i + " 1\n"),
  PARTS(i ->
      "# TYPE kata_" + i + " histogram\nkata_" + i + "_sum 1\n# TYPE kata_x" + i + "_sum gauge\n"),
  SCATTERED(i -> "kata_a 1\nkata_b 1\n"),
  SCATTERED_AND_NEW(i -> "kata_a{n=\"" + i + "\"} 1\nkata_b 1\n"),
  SCATTERED_AND_LONGER(i ->
      "kata_a{n=\"" + "x".repeat(i % 100) + "\"} 1\n" + (i % 500 < i / 500 ? "" : "kata_b 1\n")),
  NEW_LABELS(i -> "kata_a{n=\"" + i + "\"} 1\n"),
  LONG_LABELS(i -> "kata_a{n=\"" + i + "x".repeat(30_000) + "\"} 1\n"),
  ONE_SAMPLE(i -> "kata_endless{item=\"one\"} 1\n"),
  COMMENTS(i -> "# nothing\n"),
  BLANK_LINES(i -> "\n\n\n\n\n\n\n\n"),
  BLANKS(i -> "        ");

  @SuppressWarnings("ImmutableEnumChecker") // each is a lambda that holds nothing
  private final IntFunction<String> piece;

  Flood(IntFunction<String> piece) {
    this.piece = piece;
  }

  /** Fills {@code to} with the pieces after the first {@code sent} ones; returns their number. */
  int next(int sent, byte[] to, int[] length) {
    int i = sent;
    length[0] = 0;
    while (true) {
      byte[] more = piece.apply(i).getBytes(US_ASCII);
      if (length[0] + more.length > to.length) {
        return i;
      }
      System.arraycopy(more, 0, to, length[0], more.length);
      length[0] += more.length;
      i++;
    }
  }
}
