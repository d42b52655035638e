package io.katamonitor.bench;

import java.util.Locale;

/** What a scraper may request, by its headers. */
enum Format {
  TEXT("text", false, false),
  GZIP("gzip", false, true),
  PROTOBUF("protobuf", true, false),
  PROTOBUF_GZIP("protobuf, gzip", true, true);

  /** What Prometheus sends first in {@code Accept} where native histograms are on. */
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

  /** As tables name it. */
  String label() {
    return label;
  }

  /** As JSON names it. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The request's header lines, each with its line end. */
  String headers() {
    return (isProtobuf ? "Accept: " + PROTOBUF_TYPE + "\r\n" : "")
        + (isGzip ? "Accept-Encoding: gzip\r\n" : "");
  }
}
