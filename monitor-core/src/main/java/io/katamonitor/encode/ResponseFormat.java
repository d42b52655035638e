package io.katamonitor.encode;

import io.katamonitor.encode.QualityValues.Range;
import org.jspecify.annotations.Nullable;

/**
 * The format that a client prefers: text, unless it prefers protobuf, as Go's {@code
 * expfmt.Negotiate} decides. OpenMetrics is never chosen: it would rename counters. Immutable.
 *
 * @param protobuf delimited messages instead of text
 * @param gzip whether the response is compressed
 * @param escaping the escaping scheme for names that the client requests, to be echoed; null if it
 *     requests none
 */
public record ResponseFormat(boolean protobuf, boolean gzip, @Nullable String escaping) {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String PROTOBUF =
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

  /**
   * Negotiates.
   *
   * @param accept the values of {@code Accept}, separated by commas; null for none
   * @param acceptEncoding likewise
   */
  public static ResponseFormat of(@Nullable String accept, @Nullable String acceptEncoding) {
    boolean gzip = acceptsGzip(acceptEncoding);
    String escaping = null;
    var ranges = QualityValues.parse(accept);
    ranges.sort((a, b) -> Double.compare(b.quality(), a.quality()));
    for (var range : ranges) {
      if (range.quality() == 0) {
        break; // Not acceptable, like all that follow.
      }
      var wanted = range.parameter("escaping");
      if (wanted != null && isEscaping(wanted)) {
        escaping = wanted;
      }
      if (isProtobuf(range)) {
        return new ResponseFormat(true, gzip, escaping);
      }
      var version = range.parameter("version");
      if (range.name().equals("text/plain") && (version == null || version.equals("0.0.4"))) {
        break;
      }
    }
    return new ResponseFormat(false, gzip, escaping);
  }

  private static boolean isProtobuf(Range range) {
    return range.name().equals("application/vnd.google.protobuf")
        && "io.prometheus.client.metricfamily".equals(range.parameter("proto"))
        && "delimited".equals(range.parameter("encoding"));
  }

  private static boolean isEscaping(String word) {
    return switch (word) {
      case "allow-utf-8", "underscores", "dots", "values" -> true;
      default -> false;
    };
  }

  /** RFC 9110, section 12.5.3: by name or, if it is not named, by {@code *}; not with q=0. */
  private static boolean acceptsGzip(@Nullable String header) {
    double gzip = -1;
    double star = 0;
    for (var range : QualityValues.parse(header)) {
      if (range.name().equals("gzip") || range.name().equals("x-gzip")) {
        gzip = Math.max(gzip, range.quality());
      } else if (range.name().equals("*")) {
        star = range.quality();
      }
    }
    return gzip >= 0 ? gzip > 0 : star > 0;
  }

  public String contentType() {
    return (protobuf ? PROTOBUF : TEXT) + (escaping == null ? "" : "; escaping=" + escaping);
  }
}
