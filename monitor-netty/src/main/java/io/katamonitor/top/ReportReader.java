package io.katamonitor.top;

import io.katamonitor.json.JsonFields;
import io.katamonitor.json.JsonValue;
import io.katamonitor.json.MalformedJsonException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the JSON of {@code /sandboxes}. Members that only a newer monitor has are skipped; absent
 * ones are shown as unknown. A document keeps at most {@link #MAX_SANDBOXES} times some texts of
 * {@link #MAX_TEXT} characters, in a heap of 16 MiB.
 */
final class ReportReader {
  /** Longer texts are truncated; the name of a pod has at most 253 characters. */
  static final int MAX_TEXT = 512;

  /** Four times the number for which nodes are designed. */
  static final int MAX_SANDBOXES = 2_000;

  /** Limit of storage roots, which come from the monitor's command line. */
  static final int MAX_WARNINGS = 16;

  static final int SCHEMA = 1;

  /** States of a storage root in which sandboxes may be missing. */
  private static final List<String> FAULTY = List.of("unreadable", "deleted");

  private static final JsonFields SANDBOX =
      JsonFields.of(
          "id",
          "runtime",
          "hypervisor",
          "handler",
          "pod.namespace",
          "pod.name",
          "state",
          "reason",
          "error",
          "message",
          "since",
          "created",
          "lastScrape.time",
          "lastScrape.durationSeconds",
          "lastScrape.samples",
          "host.layout",
          "cpuCores",
          "host.memoryWorkingSetBytes",
          "host.memoryLimitBytes",
          "memoryOverheadBytes",
          "guest.memoryWorkingSetBytes");

  private static final JsonFields ROOT = JsonFields.of("path", "state", "reason");

  private static final JsonFields DOCUMENT =
      JsonFields.of(
              "schemaVersion",
              "time",
              "node.version",
              "node.lastScrape",
              "node.runtime.reachable",
              "node.runtime.endpoint")
          .withArray("sandboxes", SANDBOX)
          .withArray("node.storageRoots", ROOT);

  private ReportReader() {}

  /**
   * Reads a document.
   *
   * @throws MonitorException if this program does not support it
   */
  static NodeReport read(byte[] json) throws MonitorException {
    var sandboxes = new ArrayList<SandboxRow>();
    var warnings = new ArrayList<String>();
    @Nullable JsonValue[] values;
    try {
      values =
          DOCUMENT.pick(
              json,
              json.length,
              (array, element) -> {
                if (array.equals("sandboxes")) {
                  add(sandboxes, element);
                } else {
                  addTrouble(warnings, element);
                }
              });
    } catch (MalformedJsonException e) {
      throw new MonitorException("its response is not JSON: " + e.getMessage());
    }
    check(values, sandboxes);
    if (isFalse(values[4])) {
      warnings.addFirst(
          "The container runtime does not respond at "
              + text(values[5])
              + ": pods of new sandboxes are unknown.");
    }
    var time = instant(values[1]);
    if (time == null) {
      throw new MonitorException("its response has no time");
    }
    return new NodeReport(time, text(values[2]), instant(values[3]), warnings, sandboxes);
  }

  private static void check(@Nullable JsonValue[] values, List<SandboxRow> sandboxes)
      throws MonitorException {
    double schema = number(values[0]);
    if (schema != SCHEMA) {
      throw new MonitorException(
          "its response has schemaVersion "
              + (Double.isNaN(schema) ? "none" : Figures.count(schema))
              + ", this program reads "
              + SCHEMA
              + ": use the same version of both");
    }
    if (sandboxes.size() == MAX_SANDBOXES) {
      throw new MonitorException(
          "it has " + MAX_SANDBOXES + " sandboxes or more: too many for this table");
    }
  }

  private static void addTrouble(List<String> warnings, @Nullable JsonValue[] root) {
    var state = text(root[1]);
    if (warnings.size() < MAX_WARNINGS && FAULTY.contains(state)) {
      var reason = text(root[2]);
      warnings.add(
          "The storage root "
              + text(root[0])
              + (state.equals("deleted") ? " is lost" : " cannot be read")
              + (reason.isEmpty() ? "" : ": " + reason)
              + ".");
    }
  }

  private static void add(List<SandboxRow> sandboxes, @Nullable JsonValue[] value) {
    if (sandboxes.size() == MAX_SANDBOXES) {
      return;
    }
    sandboxes.add(
        new SandboxRow(
            text(value[0]),
            text(value[1]),
            text(value[2]),
            text(value[3]),
            text(value[4]),
            text(value[5]),
            text(value[6]),
            text(value[7]),
            text(value[8]),
            text(value[9]),
            instant(value[10]),
            instant(value[11]),
            instant(value[12]),
            number(value[13]),
            number(value[14]),
            text(value[15]),
            number(value[16]),
            Double.isNaN(number(value[17])) ? number(value[20]) : number(value[17]),
            number(value[18]),
            number(value[19])));
  }

  private static String text(@Nullable JsonValue value) {
    var text = JsonValue.textOf(value);
    if (text == null) {
      return "";
    }
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
  }

  private static double number(@Nullable JsonValue value) {
    return JsonValue.numberOf(value).orElse(Double.NaN);
  }

  private static boolean isFalse(@Nullable JsonValue value) {
    return value != null && value.kind() == JsonValue.Kind.LITERAL && value.text().equals("false");
  }

  private static @Nullable Instant instant(@Nullable JsonValue value) {
    var text = JsonValue.textOf(value);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
