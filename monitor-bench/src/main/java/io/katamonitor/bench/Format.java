package io.katamonitor.bench;

import java.util.Locale;

/** Response formats that a scraper may request, with its headers. */
enum Format {
  TEXT("text", false, false),
  GZIP("gzip", false, true),
  PROTOBUF("protobuf", true, false),
  PROTOBUF_GZIP("protobuf, gzip", true, true);

  /**
   * The first media type in the {@code Accept} header of Prometheus with native histograms enabled.
   */
  private static final String PROTOBUF_TYPE =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

  private final String label;
  private final boolean isProtobuf;
  private final boolean isGzip;

  Format(String label, boolean isProtobuf, boolean isGzip) {
    this.label = label;
    this.isProtobuf = isProtobuf;
    this.isGzip = isGzip;
  }

  /** Name in tables. */
  String label() {
    return label;
  }

  /** Name in JSON. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The request's header lines, each with its line end. */
  String headers() {
    return (isProtobuf ? "Accept: " + PROTOBUF_TYPE + "\r\n" : "")
        + (isGzip ? "Accept-Encoding: gzip\r\n" : "");
  }
}
