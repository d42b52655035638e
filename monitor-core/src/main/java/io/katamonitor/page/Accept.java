package io.katamonitor.page;

import java.util.List;
import java.util.Locale;

/** The media types a client accepts (RFC 9110 section 12.5.1). */
public final class Accept {
  /** A media range of the header; parameters other than {@code q} are not looked at. */
  private record Range(String type, String subtype, double quality) {
    /** How well it names a media type: 0 not at all, 1 by its star, 3 by name. */
    int precision(String offeredType, String offeredSubtype) {
      if (type.equals("*")) {
        return 1;
      }
      if (!type.equals(offeredType)) {
        return 0;
      }
      return subtype.equals("*") ? 2 : subtype.equals(offeredSubtype) ? 3 : 0;
    }
  }

  private final List<Range> ranges;

  private Accept(List<Range> ranges) {
    this.ranges = ranges;
  }

  /**
   * Reads the header; what is malformed in it is passed over.
   *
   * @param header all its values, with commas between; empty where there is none: all is accepted
   */
  public static Accept parse(String header) {
    var ranges = new java.util.ArrayList<Range>();
    for (String part : header.split(",", -1)) {
      String[] pieces = part.toLowerCase(Locale.ROOT).split(";", -1);
      String name = pieces[0].strip();
      int slash = name.indexOf('/');
      if (slash > 0) {
        ranges.add(new Range(name.substring(0, slash), name.substring(slash + 1), quality(pieces)));
      }
    }
    return new Accept(ranges);
  }

  private static double quality(String[] pieces) {
    for (int i = 1; i < pieces.length; i++) {
      String parameter = pieces[i].strip();
      if (parameter.startsWith("q=")) {
        try {
          double quality = Double.parseDouble(parameter.substring(2).strip());
          return quality >= 0 && quality <= 1 ? quality : 0;
        } catch (NumberFormatException _) {
          return 0;
        }
      }
    }
    return 1;
  }

  /**
   * The offer that the client likes best; of those it likes alike, the one it names more exactly,
   * then the first. The first too when it accepts none: an answer is of more use than a 406.
   *
   * @param offers media types without parameters, at least one
   */
  public String best(String... offers) {
    String best = offers[0];
    double bestQuality = 0;
    int bestPrecision = 0;
    for (String offer : offers) {
      int slash = offer.indexOf('/');
      int precision = 0;
      double quality = 0;
      for (var range : ranges) {
        int names = range.precision(offer.substring(0, slash), offer.substring(slash + 1));
        if (names > precision) {
          precision = names;
          quality = range.quality();
        }
      }
      if (quality > bestQuality
          || (quality > 0 && quality == bestQuality && precision > bestPrecision)) {
        best = offer;
        bestQuality = quality;
        bestPrecision = precision;
      }
    }
    return best;
  }
}
