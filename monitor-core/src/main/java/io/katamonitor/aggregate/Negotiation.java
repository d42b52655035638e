package io.katamonitor.aggregate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The form of an exposition that a client prefers: text unless it asks for protobuf before it, as
 * Go's {@code expfmt.Negotiate} decides. OpenMetrics is never chosen: it would rename counters.
 *
 * @param protobuf delimited messages instead of text
 * @param gzip whether it is compressed
 * @param escaping what the client wants done to names that are no plain ones, to be echoed; null if
 *     it did not say
 */
public record Negotiation(boolean protobuf, boolean gzip, @Nullable String escaping) {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String PROTOBUF =
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

  /** Of a longer header no more is read. */
  private static final int MAX_RANGES = 32;

  private record Range(List<String> pieces, double quality) {
    boolean is(String type) {
      return pieces.getFirst().equals(type);
    }

    @Nullable String parameter(String name) {
      for (var piece : pieces) {
        if (piece.startsWith(name) && piece.startsWith("=", name.length())) {
          return piece.substring(name.length() + 1).replace("\"", "");
        }
      }
      return null;
    }
  }

  /**
   * Decides.
   *
   * @param accept the header's values, with commas between; null for none
   * @param acceptEncoding likewise
   */
  public static Negotiation of(@Nullable String accept, @Nullable String acceptEncoding) {
    boolean gzip = acceptsGzip(acceptEncoding);
    String escaping = null;
    for (var range : ranges(accept)) {
      if (range.quality() == 0) {
        break; // This one and those behind it are not acceptable.
      }
      var asked = range.parameter("escaping");
      if (asked != null && isEscaping(asked)) {
        escaping = asked;
      }
      if (isProtobuf(range)) {
        return new Negotiation(true, gzip, escaping);
      }
      var version = range.parameter("version");
      if (range.is("text/plain") && (version == null || version.equals("0.0.4"))) {
        break;
      }
    }
    return new Negotiation(false, gzip, escaping);
  }

  private static boolean isProtobuf(Range range) {
    return range.is("application/vnd.google.protobuf")
        && "io.prometheus.client.metricfamily".equals(range.parameter("proto"))
        && "delimited".equals(range.parameter("encoding"));
  }

  private static boolean isEscaping(String word) {
    return switch (word) {
      case "allow-utf-8", "underscores", "dots", "values" -> true;
      default -> false;
    };
  }

  /**
   * RFC 9110, section 12.5.3: gzip by name or, where it is not named, by star; a quality of 0
   * refuses.
   */
  private static boolean acceptsGzip(@Nullable String header) {
    double gzip = -1;
    double star = 0;
    for (var range : ranges(header)) {
      if (range.is("gzip") || range.is("x-gzip")) {
        gzip = Math.max(gzip, range.quality());
      } else if (range.is("*")) {
        star = range.quality();
      }
    }
    return gzip >= 0 ? gzip > 0 : star > 0;
  }

  /** The header's parts in lower case, the best first; equal ones in their order. */
  private static List<Range> ranges(@Nullable String header) {
    var ranges = new ArrayList<Range>();
    if (header != null && !header.isBlank()) {
      for (var part : header.toLowerCase(Locale.ROOT).split(",", MAX_RANGES)) {
        var pieces = new ArrayList<String>();
        for (var piece : part.split(";", -1)) {
          pieces.add(piece.strip());
        }
        var quality = new Range(pieces, 1).parameter("q");
        ranges.add(new Range(pieces, quality == null ? 1 : quality(quality)));
      }
      ranges.sort((a, b) -> Double.compare(b.quality(), a.quality()));
    }
    return ranges;
  }

  private static double quality(String text) {
    try {
      double quality = Double.parseDouble(text);
      return quality >= 0 && quality <= 1 ? quality : 0;
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  public String contentType() {
    return (protobuf ? PROTOBUF : TEXT) + (escaping == null ? "" : "; escaping=" + escaping);
  }
}
