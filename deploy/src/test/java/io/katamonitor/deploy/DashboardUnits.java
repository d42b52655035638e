package io.katamonitor.deploy;

import java.util.List;
import java.util.regex.Pattern;

/** Grafana units that fit a query, by the name of its series. */
final class DashboardUnits {
  private static final Pattern RATE = Pattern.compile("\\brate\\(|:rate5m\\b");
  private static final List<String> CORES = List.of("suffix: cores", "s", "percentunit");

  private DashboardUnits() {}

  static List<String> of(String expression) {
    boolean rate = RATE.matcher(expression).find();
    if (expression.contains(":ratio") || expression.contains(" / max by")) {
      return List.of("percentunit");
    }
    if (expression.contains("_bytes")) {
      return rate ? List.of("Bps") : List.of("bytes");
    }
    if (expression.contains("_cores")) {
      return CORES;
    }
    if (expression.contains("_seconds")) {
      return rate ? CORES : List.of("s");
    }
    return rate ? List.of("cps", "reqps") : List.of("none");
  }
}
