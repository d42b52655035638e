package io.katamonitor.sim;

import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** Bodies of hostile guests or shims in well-framed HTTP, made from a healthy body. */
public enum HostileBody {
  /** Families of other sandboxes under another type. */
  TYPE_CONFLICT(text ->
      text.replace("# TYPE kata_guest_load gauge", "# TYPE kata_guest_load counter")
          .replace("# TYPE kata_shim_fds gauge", "# TYPE kata_shim_fds untyped")),
  /** Families that are not Kata's. */
  FOREIGN_FAMILIES(text ->
      text + "# TYPE node_load1 gauge\nnode_load1 7\n# TYPE up gauge\nup{job=\"apiserver\"} 0\n"),
  /** Families with names that are reserved for the monitor. */
  MONITOR_FAMILIES(text ->
      text
          + "# TYPE kata_monitor_running_shim_count gauge\nkata_monitor_running_shim_count 666\n"
          + "# TYPE kata_monitor_scrape_count counter\nkata_monitor_scrape_count 666\n"),
  /** Labels with the names of those that the monitor adds. */
  RESERVED_LABELS(text ->
      text.replace("kata_guest_load{", "kata_guest_load{sandbox_id=\"other\",cri_name=\"other\",")
          .replace(
              "\nkata_shim_fds ", "\nkata_shim_fds{cri_uid=\"u\",cri_namespace=\"kube-system\"} ")),
  /** The same, and also the names to which they would be renamed. */
  EXPORTED_LABELS(text ->
      text.replace(
          "kata_guest_load{", "kata_guest_load{sandbox_id=\"a\",exported_sandbox_id=\"b\",")),
  /** The same label twice in a sample. */
  DUPLICATE_LABELS(text -> text.replace("kata_guest_load{", "kata_guest_load{item=\"twice\",")),
  /** The same samples twice. */
  DUPLICATE_SAMPLES(
      text -> text + "# TYPE kata_twice gauge\nkata_twice{a=\"b\"} 1\nkata_twice{a=\"b\"} 2\n"),
  /** One family's samples in two places. */
  SCATTERED_FAMILY(text ->
      "# TYPE kata_a gauge\nkata_a{n=\"1\"} 1\n# TYPE kata_b gauge\nkata_b 1\nkata_a{n=\"2\"} 2\n"
          + text),
  /** A gauge that is named like a sample of a histogram. */
  SUFFIX_COLLISION(text ->
      text
          + "# TYPE kata_x histogram\nkata_x_bucket{le=\"+Inf\"} 1\nkata_x_sum 1\nkata_x_count 1\n"
          + "# TYPE kata_x_count gauge\nkata_x_count 5\n"),
  /** A type that Prometheus does not support. */
  UNKNOWN_TYPE(text -> text + "# TYPE kata_odd gauge_histogram\nkata_odd 1\n"),
  /** Label values with every character that needs escaping, and markup. */
  ODD_VALUES(text ->
      text
          + "# TYPE kata_odd gauge\n"
          + "kata_odd{text=\"a\\\\b\\\"c\\nd<script>alert(1)</script>}\u00e9\u4e2d\"} 1\n"),
  /** Lines that no parser accepts. */
  MALFORMED(text -> text + "kata_guest_load{item=\"load1\" 1\n{}{}{}\nkata_x 1_000\n"),
  /** Not UTF-8. */
  INVALID_UTF8(text -> text + "# HELP kata_bad \u00ff\u00fe\nkata_bad{a=\"\u00c3(\"} 1\n", true),
  /** The last line has no line feed. */
  NO_FINAL_LINE_FEED(text -> text.substring(0, text.length() - 1)),
  CRLF(text -> text.replace("\n", "\r\n")),
  HTML(text -> "<html><body><script>alert(1)</script></body></html>\n"),
  JSON(text -> "{\"error\": \"not metrics\"}\n"),
  EMPTY(text -> "");

  @SuppressWarnings("ImmutableEnumChecker") // each is a lambda that holds nothing
  private final UnaryOperator<String> change;

  private final boolean latin1;

  HostileBody(UnaryOperator<String> change) {
    this(change, false);
  }

  HostileBody(UnaryOperator<String> change, boolean latin1) {
    this.change = change;
    this.latin1 = latin1;
  }

  /** The hostile body that a healthy one becomes. */
  public byte[] from(byte[] healthy) {
    var text = change.apply(new String(healthy, StandardCharsets.UTF_8));
    return text.getBytes(latin1 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
  }
}
