package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.katamonitor.proto.prometheus.LabelPair;
import io.katamonitor.proto.prometheus.Metric;
import io.katamonitor.proto.prometheus.MetricFamily;
import io.katamonitor.proto.prometheus.MetricType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Compares the series that Prometheus derives from a protobuf response with those of the text.
 * {@code le} and {@code quantile} are compared as numbers.
 */
final class ProtobufSeries {
  private final List<String> series = new ArrayList<>();

  private ProtobufSeries() {}

  /** Asserts that both have the same series with the same values and timestamps, as often. */
  static void assertSameSeries(byte[] protobuf, byte[] text) {
    var ofProtobuf = ofProtobuf(protobuf);
    var ofText = ofText(text);
    ofProtobuf.sort(null);
    ofText.sort(null);
    if (!ofProtobuf.equals(ofText)) {
      var missing = new ArrayList<>(ofText);
      ofProtobuf.forEach(missing::remove);
      var added = new ArrayList<>(ofProtobuf);
      ofText.forEach(added::remove);
      throw new AssertionError(
          "not in protobuf: "
              + missing.stream().limit(5).toList()
              + "\nonly in protobuf: "
              + added.stream().limit(5).toList());
    }
  }

  /** The messages of a response. */
  static List<MetricFamily> families(byte[] protobuf) {
    var families = new ArrayList<MetricFamily>();
    var in = new ByteArrayInputStream(protobuf);
    try {
      for (var family = MetricFamily.parseDelimitedFrom(in);
          family != null;
          family = MetricFamily.parseDelimitedFrom(in)) {
        families.add(family);
      }
    } catch (IOException e) {
      throw new AssertionError("the response is not delimited messages", e);
    }
    return families;
  }

  private static List<String> ofProtobuf(byte[] protobuf) {
    var all = new ProtobufSeries();
    for (var family : families(protobuf)) {
      for (var metric : family.getMetricList()) {
        all.add(family, metric);
      }
    }
    return all.series;
  }

  private void add(MetricFamily family, Metric metric) {
    var name = family.getName();
    switch (family.getType()) {
      case COUNTER -> add(name, metric, "", 0, metric.getCounter().getValue());
      case GAUGE -> add(name, metric, "", 0, metric.getGauge().getValue());
      case UNTYPED -> add(name, metric, "", 0, metric.getUntyped().getValue());
      case HISTOGRAM -> {
        var histogram = metric.getHistogram();
        add(name + "_count", metric, "", 0, (double) histogram.getSampleCount());
        add(name + "_sum", metric, "", 0, histogram.getSampleSum());
        double last = 0;
        for (var bucket : histogram.getBucketList()) {
          last = bucket.getUpperBound();
          add(name + "_bucket", metric, "le", last, (double) bucket.getCumulativeCount());
        }
        if (last != Double.POSITIVE_INFINITY) {
          add(
              name + "_bucket",
              metric,
              "le",
              Double.POSITIVE_INFINITY,
              (double) histogram.getSampleCount());
        }
      }
      case SUMMARY -> {
        var summary = metric.getSummary();
        add(name + "_count", metric, "", 0, (double) summary.getSampleCount());
        add(name + "_sum", metric, "", 0, summary.getSampleSum());
        for (var quantile : summary.getQuantileList()) {
          add(name, metric, "quantile", quantile.getQuantile(), quantile.getValue());
        }
      }
      default -> throw new AssertionError("type " + family.getType());
    }
  }

  private void add(String name, Metric metric, String boundName, double bound, double value) {
    var labels = new TreeMap<String, String>();
    for (LabelPair label : metric.getLabelList()) {
      labels.put(label.getName(), boundValue(label.getName(), label.getValue()));
    }
    if (!boundName.isEmpty()) {
      labels.put(boundName, String.valueOf(bound));
    }
    var time = metric.hasTimestampMs() ? " @" + metric.getTimestampMs() : "";
    series.add(name + labels + " " + (value + 0.0) + time);
  }

  private static List<String> ofText(byte[] text) {
    var all = new ArrayList<String>();
    try {
      for (var family : ReferenceBody.readUnlimited(text).values()) {
        for (var sample : family.samples) {
          var labels = new TreeMap<String, String>();
          for (var label : sample.labels()) {
            var value = unescaped(new String(label.value().getBytes(ISO_8859_1), UTF_8));
            labels.put(label.name(), boundValue(label.name(), value));
          }
          var parts = sample.number().split(" ", -1);
          var time = parts.length > 1 ? " @" + Long.parseLong(parts[1]) : "";
          all.add(sample.name() + labels + " " + (number(parts[0]) + 0.0) + time);
        }
      }
    } catch (ReferenceBody.Refused e) {
      throw new AssertionError("the response is not text", e);
    }
    return all;
  }

  /** The value of a label; of a bound that is a number, its number. */
  static String boundValue(String label, String value) {
    boolean isBound = label.equals("le") || label.equals("quantile");
    return isBound && ReferenceBody.isNumber(value) ? String.valueOf(number(value)) : value;
  }

  /** The value of a number in any spelling of the text format. */
  static double number(String text) {
    boolean isNegative = text.startsWith("-");
    var digits = isNegative || text.startsWith("+") ? text.substring(1) : text;
    var lower = digits.toLowerCase(java.util.Locale.ROOT);
    double value =
        lower.startsWith("inf")
            ? Double.POSITIVE_INFINITY
            : lower.equals("nan") ? Double.NaN : Double.parseDouble(digits);
    return isNegative ? -value : value;
  }

  private static String unescaped(String text) {
    var plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        c = text.charAt(++i);
        c = c == 'n' ? '\n' : c;
      }
      plain.append(c);
    }
    return plain.toString();
  }

  /** Types by name: a name that has several is listed with the first. */
  static MetricType typeOf(List<MetricFamily> families, String name) {
    return families.stream()
        .filter(family -> family.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .getType();
  }
}
