package io.katamonitor.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** All results, as a readable table and as JSON. */
final class Report {
  /**
   * The scrapes of one number of sandboxes; CPU and time to the first byte in milliseconds.
   *
   * @param bytes of the response, framing included
   * @param zlibBytes of the text, deflated by zlib's level 6
   */
  record Size(
      int sandboxes,
      Statistic floorCpu,
      Map<Format, Statistic> cpu,
      Map<Format, Long> bytes,
      Statistic firstByte,
      long floorPeakKib,
      long peakKib,
      long zlibBytes) {
    Size {
      cpu = Map.copyOf(cpu);
      bytes = Map.copyOf(bytes);
    }

    /** Milliseconds, the median of all rounds. */
    double medianCpu(Format format) {
      return Objects.requireNonNull(cpu.get(format)).median();
    }

    long bytes(Format format) {
      return Objects.requireNonNull(bytes.get(format));
    }
  }

  private record Row(String what, Statistic figure, String unit) {}

  private final Machine machine;
  private final List<Size> sizes = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();

  Report(Machine machine) {
    this.machine = machine;
  }

  void add(Size size) {
    sizes.add(size);
  }

  void add(String what, Statistic figure, String unit) {
    rows.add(new Row(what, figure, unit));
  }

  List<Size> sizes() {
    return sizes;
  }

  String markdown() {
    var text = new StringBuilder();
    line(
        text,
        "Measured on %d cores of %s, Linux %s, Java %s."
            .formatted(machine.cores(), machine.processor(), machine.kernel(), machine.java()));
    line(
        text,
        "Monitor: %s. JVM flags: `%s`"
            .formatted(machine.monitor(), String.join(" ", machine.flags())));
    line(text, "");
    if (!sizes.isEmpty()) {
      sizes(text);
      line(text, "");
    }
    if (!rows.isEmpty()) {
      line(text, "| what | median | min | max | rounds |");
      line(text, "| --- | ---: | ---: | ---: | ---: |");
      for (var row : rows) {
        var figure = row.figure;
        line(
            text,
            "| %s | %.3g %s | %.3g | %.3g | %d |"
                .formatted(
                    row.what,
                    figure.median(),
                    row.unit,
                    figure.min(),
                    figure.max(),
                    figure.rounds()));
      }
    }
    return text.toString();
  }

  private void sizes(StringBuilder text) {
    line(text, "CPU of one scrape, all threads, median of rounds; ratio to the floor in brackets.");
    line(text, "");
    var head = new StringBuilder("| sandboxes | floor |");
    var rule = new StringBuilder("| ---: | ---: |");
    for (var format : Format.values()) {
      head.append(' ').append(format.label()).append(" |");
      rule.append(" ---: |");
    }
    line(text, head + " peak resident | floor's | first byte |");
    line(text, rule + " ---: | ---: | ---: |");
    for (var size : sizes) {
      text.append("| %d | %.2f ms |".formatted(size.sandboxes, size.floorCpu.median()));
      for (var format : Format.values()) {
        double cpu = size.medianCpu(format);
        text.append(" %.2f ms (%.2f) |".formatted(cpu, cpu / size.floorCpu.median()));
      }
      line(
          text,
          " %.0f MiB | %.0f MiB | %.0f ms |"
              .formatted(
                  size.peakKib / 1024.0, size.floorPeakKib / 1024.0, size.firstByte.median()));
    }
    line(text, "");
    line(text, "Size of the response.");
    line(text, "");
    head = new StringBuilder("| sandboxes |");
    rule = new StringBuilder("| ---: |");
    for (var format : Format.values()) {
      head.append(' ').append(format.label()).append(" |");
      rule.append(" ---: |");
    }
    line(text, head + " text, gzip to zlib 6's |");
    line(text, rule + " ---: |");
    for (var size : sizes) {
      text.append("| %d |".formatted(size.sandboxes));
      for (var format : Format.values()) {
        text.append(" %.3f MB |".formatted(size.bytes(format) / 1e6));
      }
      line(text, " %.2f |".formatted((double) size.bytes(Format.GZIP) / size.zlibBytes));
    }
  }

  String json() {
    var text = new StringBuilder("{\n");
    line(
        text,
        "  \"machine\": {\"cores\": %d, \"processor\": \"%s\", \"kernel\": \"%s\", \"java\": \"%s\", \"monitor\": \"%s\"},"
            .formatted(
                machine.cores(),
                machine.processor(),
                machine.kernel(),
                machine.java(),
                machine.monitor()));
    line(text, "  \"flags\": [\"%s\"],".formatted(String.join("\", \"", machine.flags())));
    text.append("  \"sizes\": [");
    for (int i = 0; i < sizes.size(); i++) {
      var size = sizes.get(i);
      text.append(i == 0 ? "\n" : ",\n");
      text.append(
          "    {\"sandboxes\": %d, \"floor_cpu_ms\": %s,"
              .formatted(size.sandboxes, statistic(size.floorCpu)));
      for (var format : Format.values()) {
        var cpu = Objects.requireNonNull(size.cpu.get(format));
        text.append(
            " \"%s_cpu_ms\": %s, \"%s_bytes\": %d,"
                .formatted(format.key(), statistic(cpu), format.key(), size.bytes(format)));
      }
      text.append(
          " \"first_byte_ms\": %s, \"floor_peak_kib\": %d, \"peak_kib\": %d, \"zlib6_bytes\": %d}"
              .formatted(
                  statistic(size.firstByte), size.floorPeakKib, size.peakKib, size.zlibBytes));
    }
    text.append("\n  ],\n  \"figures\": [");
    for (int i = 0; i < rows.size(); i++) {
      var row = rows.get(i);
      text.append(i == 0 ? "\n" : ",\n");
      text.append(
          "    {\"what\": \"%s\", \"unit\": \"%s\", \"value\": %s}"
              .formatted(row.what, row.unit, statistic(row.figure)));
    }
    return text.append("\n  ]\n}\n").toString();
  }

  private static String statistic(Statistic figure) {
    return String.format(
        Locale.ROOT,
        "{\"median\": %.4f, \"min\": %.4f, \"max\": %.4f, \"rounds\": %d}",
        figure.median(),
        figure.min(),
        figure.max(),
        figure.rounds());
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }
}
