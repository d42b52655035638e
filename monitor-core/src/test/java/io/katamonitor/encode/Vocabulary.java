package io.katamonitor.encode;

import java.util.List;
import java.util.random.RandomGenerator;

/** The few names, labels and numbers of which a {@link RandomBody} is made. */
final class Vocabulary {
  static final List<String> NAMES =
      List.of(
          "kata_a",
          "kata_a_count",
          "kata_a_sum",
          "kata_b",
          "kata_b_bucket",
          "kata_b_count",
          "kata_c",
          "kata_c_total",
          "kata_:",
          "kata_A9_",
          "go_x",
          "kata_shim_go_x",
          "process_y",
          "kata_shim_process_y_sum",
          "process_y_sum",
          "kata_monitor_z",
          "node_load",
          "kata_d",
          "kata_shim_go_x_count",
          "go_x_count",
          "kata",
          "kata_a_count_count");
  static final List<String> TYPES =
      List.of("counter", "gauge", "histogram", "summary", "untyped", "GAUGE", "Histogram");
  static final List<String> HELPS =
      List.of("One thing.", "Another\\nthing, of \\\\ course.", "", "  x", "\u00c3\u00a9\r", "O");
  static final List<String> LABELS =
      List.of(
          "le",
          "quantile",
          "a",
          "b",
          "item",
          "sandbox_id",
          "cri_uid",
          "cri_name",
          "cri_namespace",
          "exported_sandbox_id",
          "exported_exported_sandbox_id",
          "_",
          "A0");
  static final List<String> VALUES =
      List.of(
          "",
          "1",
          "0.5",
          "+Inf",
          "x",
          "a\\\"b",
          "\\\\",
          "\\n",
          "\u00e4\u00b8\u00ad",
          "\u0000",
          "}",
          "{,= #");
  static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "12",
          "123456789012",
          "-1",
          "+5",
          "1e+06",
          "2.5E-7",
          ".5",
          "5.",
          "007",
          "NaN",
          "+Inf",
          "-inf",
          "infinity",
          "1.7976931348623157e308",
          "1e-400");

  /** Related names, if the first is a histogram or summary. */
  static final List<String> RELATED =
      List.of("", "_count", "_sum", "_bucket", "_count_sum", "_bucket_count");

  static final List<String> WHOLE = List.of("0", "1", "7", "2e3", "12.0", "123456789012");
  static final List<String> BOUNDS = List.of("0", "0.5", "1", "1.0", "2.5e1", "1e3", "-1");
  static final List<String> INFINITY = List.of("+Inf", "+Inf", "Inf", "+infinity");
  static final List<String> TIMESTAMPS = List.of("0", "-1", "1700000000000", "9223372036854775807");
  static final List<String> BLANKS = List.of("  ", "\t", " \t ");
  static final List<String> OPTIONAL_BLANKS = List.of(" ", "\t");

  private Vocabulary() {}

  static String oneOf(List<String> choices, RandomGenerator random) {
    return choices.get(random.nextInt(choices.size()));
  }
}
