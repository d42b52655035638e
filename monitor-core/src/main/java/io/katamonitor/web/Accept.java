package io.katamonitor.web;

import io.katamonitor.encode.QualityValues;
import java.util.ArrayList;
import java.util.List;

/** The media types that a client accepts (RFC 9110, section 12.5.1). Immutable. */
public final class Accept {
  /** A media range of the header; parameters other than {@code q} are not inspected. */
  private record MediaRange(String type, String subtype, double quality) {
    /** How specifically it matches a media type: 0 not at all, 1 and 2 by a wildcard, 3 by name. */
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

  private final List<MediaRange> ranges;

  private Accept(List<MediaRange> ranges) {
    this.ranges = ranges;
  }

  /**
   * Parses the header. Ranges without a slash are ignored.
   *
   * @param header all its values, separated by commas; if it is empty, everything is accepted
   */
  public static Accept parse(String header) {
    var ranges = new ArrayList<MediaRange>();
    for (var range : QualityValues.parse(header)) {
      var name = range.name();
      int slash = name.indexOf('/');
      if (slash > 0) {
        ranges.add(
            new MediaRange(name.substring(0, slash), name.substring(slash + 1), range.quality()));
      }
    }
    return new Accept(ranges);
  }

  /**
   * The offer with the highest q-value; among equals, the one that is matched most specifically,
   * then the one that the client lists first, then the first. If none is acceptable, the first:
   * more useful than a 406.
   *
   * @param offers media types without parameters, at least one
   */
  public String best(String... offers) {
    String best = offers[0];
    double bestQuality = 0;
    int bestPrecision = 0;
    int bestPosition = 0;
    for (String offer : offers) {
      int slash = offer.indexOf('/');
      int precision = 0;
      double quality = 0;
      int position = 0;
      for (int i = 0; i < ranges.size(); i++) {
        var range = ranges.get(i);
        int names = range.precision(offer.substring(0, slash), offer.substring(slash + 1));
        if (names > precision) {
          precision = names;
          quality = range.quality();
          position = i;
        }
      }
      boolean isBetter =
          quality == bestQuality
              ? quality > 0
                  && (precision > bestPrecision
                      || (precision == bestPrecision && position < bestPosition))
              : quality > bestQuality;
      if (isBetter) {
        best = offer;
        bestQuality = quality;
        bestPrecision = precision;
        bestPosition = position;
      }
    }
    return best;
  }
}
