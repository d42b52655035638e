package io.katamonitor.encode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The ranges of a header like {@code Accept} with their q-values (RFC 9110, sections 12.4.2 and
 * 12.5), in lower case. Malformed q-values count as 0. Stateless.
 */
public final class QualityValues {
  /** The rest of a longer header is ignored. */
  static final int MAX_RANGES = 32;

  /**
   * A range.
   *
   * @param name the range without parameters
   * @param parameters the others than {@code q}, as {@code name=value}
   * @param quality 0 to 1
   */
  public record Range(String name, List<String> parameters, double quality) {
    public Range {
      parameters = List.copyOf(parameters);
    }

    /** The value of a parameter without quotes; null if it is absent. */
    public @Nullable String parameter(String wanted) {
      for (var parameter : parameters) {
        if (parameter.startsWith(wanted) && parameter.startsWith("=", wanted.length())) {
          return parameter.substring(wanted.length() + 1).replace("\"", "");
        }
      }
      return null;
    }
  }

  private QualityValues() {}

  /**
   * The ranges in the order of the header.
   *
   * @param header all its values, separated by commas; null or blank for none
   */
  public static List<Range> parse(@Nullable String header) {
    var ranges = new ArrayList<Range>();
    if (header == null || header.isBlank()) {
      return ranges;
    }
    var parts = header.toLowerCase(Locale.ROOT).split(",", MAX_RANGES + 1);
    for (int i = 0; i < Math.min(parts.length, MAX_RANGES); i++) {
      ranges.add(range(parts[i].split(";", -1)));
    }
    return ranges;
  }

  private static Range range(String[] pieces) {
    var parameters = new ArrayList<String>();
    double quality = 1;
    for (int i = 1; i < pieces.length; i++) {
      var piece = pieces[i].strip();
      if (piece.startsWith("q=")) {
        quality = quality(piece.substring(2));
      } else {
        parameters.add(piece);
      }
    }
    return new Range(pieces[0].strip(), parameters, quality);
  }

  private static double quality(String text) {
    var digits = text.strip();
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c != '.' && (c < '0' || c > '9')) {
        return 0; // Also rejects what only Java parses as a number, such as 1d or 0x1p-1.
      }
    }
    try {
      double quality = Double.parseDouble(digits);
      return quality <= 1 ? quality : 0;
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
