package io.katamonitor.soak;

import io.katamonitor.proto.prometheus.Metric;
import io.katamonitor.proto.prometheus.MetricFamily;
import io.katamonitor.proto.prometheus.MetricType;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;

/** Parses a response of delimited messages and counts the samples of each sandbox as in text. */
final class ProtobufCheck {
  private ProtobufCheck() {}

  static Map<String, SampleCount> merged(InputStream in) throws IOException {
    var tallies = new HashMap<String, SampleCount>();
    var families = new HashSet<String>();
    for (var family = MetricFamily.parseDelimitedFrom(in);
        family != null;
        family = MetricFamily.parseDelimitedFrom(in)) {
      // Samples that do not fit a family's type follow it in an untyped one of the same name.
      boolean isUntyped = family.getType() == MetricType.UNTYPED;
      if (!families.add(family.getName() + (isUntyped ? " untyped" : ""))) {
        throw new TextCheck.Illegal("a family in two places", family.getName());
      }
      if (!family.getName().startsWith("kata_monitor_")
          && !family.getName().startsWith(TextCheck.HOST_USAGE)) {
        for (var metric : family.getMetricList()) {
          tallies.computeIfAbsent(sandbox(metric), unseen -> new SampleCount()).samples +=
              samples(metric);
        }
      }
    }
    return tallies;
  }

  private static String sandbox(Metric metric) throws IOException {
    for (var label : metric.getLabelList()) {
      if (label.getName().equals("sandbox_id")) {
        return label.getValue();
      }
    }
    throw new TextCheck.Illegal("no sandbox_id", metric.toString());
  }

  /** Number of equivalent lines of text. */
  private static int samples(Metric metric) {
    if (metric.hasHistogram()) {
      return metric.getHistogram().getBucketCount() + 2;
    }
    return metric.hasSummary() ? metric.getSummary().getQuantileCount() + 2 : 1;
  }
}
