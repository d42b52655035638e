package io.katamonitor.config;

import java.util.Locale;

/** Suggests the valid word that a misspelled one probably means. */
public final class NearMiss {
  /** Longer words are not compared: the time is proportional to the product of both lengths. */
  private static final int MAX_LENGTH = 64;

  private NearMiss() {}

  /**
   * The end of an error message: {@code ; did you mean "info"?} for {@code inof}; empty if no word
   * is near, or the nearest is the given word itself. A word is near if a quarter of the letters
   * differ, at least one and at most three, ignoring case; or if it is the only one that starts
   * with the given text.
   *
   * @param prefix written before the suggested word
   */
  public static String question(String misspelled, Iterable<String> words, String prefix) {
    String given = misspelled.toLowerCase(Locale.ROOT).replace('_', '-');
    if (given.isEmpty() || given.length() > MAX_LENGTH) {
      return "";
    }
    String nearest = "";
    int least = Math.min(3, Math.max(1, given.length() / 4)) + 1;
    String continued = "";
    int continuations = 0;
    for (var word : words) {
      String candidate = word.toLowerCase(Locale.ROOT).replace('_', '-');
      int distance = distance(given, candidate);
      if (distance < least) {
        least = distance;
        nearest = word;
      }
      if (given.length() >= 3 && candidate.startsWith(given)) {
        continued = word;
        continuations++;
      }
    }
    if (nearest.isEmpty() && continuations == 1) {
      nearest = continued;
    }
    return nearest.isEmpty() || nearest.equals(misspelled)
        ? ""
        : "; did you mean \"" + prefix + nearest + "\"?";
  }

  /**
   * Number of insertions, deletions, replacements and swaps of neighbours (optimal string
   * alignment).
   */
  private static int distance(String one, String other) {
    int[] beforeLast = new int[other.length() + 1];
    int[] last = new int[other.length() + 1];
    int[] current = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        current[j] = Math.min(last[j - 1] + change, Math.min(last[j], current[j - 1]) + 1);
        if (i > 1
            && j > 1
            && one.charAt(i - 1) == other.charAt(j - 2)
            && one.charAt(i - 2) == other.charAt(j - 1)) {
          current[j] = Math.min(current[j], beforeLast[j - 2] + 1);
        }
      }
      int[] oldest = beforeLast;
      beforeLast = last;
      last = current;
      current = oldest;
    }
    return last[other.length()];
  }
}
