package io.katamonitor.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** All that was measured, as a table for people and as JSON. */
final class Report {
  /**
   * The scrapes of one number of sandboxes; CPU and time to the first byte in milliseconds.
   *
   * @param keepingCpu of the floor program when it keeps its buffers
   * @param textBytes of the plain answer
   * @param zlibBytes of it, deflated by zlib's level 6
   */
  record Size(
      int sandboxes,
      Figure floorCpu,
      Figure keepingCpu,
      Figure plainCpu,
      Figure gzipCpu,
      Figure firstByte,
      long floorPeakKib,
      long peakKib,
      long textBytes,
      long gzipBytes,
      long zlibBytes) {}

  private record Row(String what, Figure figure, String unit) {}

  private final Machine machine;
  private final List<Size> sizes = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();

  Report(Machine machine) {
    this.machine = machine;
  }

  void add(Size size) {
    sizes.add(size);
  }

  void add(String what, Figure figure, String unit) {
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
      line(
          text,
          "CPU of one scrape, all threads, median of rounds; ratio to the floor in brackets.");
      line(text, "");
      line(
          text,
          "| sandboxes | floor | floor, keeping its buffers | plain | gzip | peak resident | floor's | plain text | gzip, to zlib 6's |"
              + " first byte |");
      line(text, "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
      for (var size : sizes) {
        line(
            text,
            ("| %d | %.2f ms | %.2f ms | %.2f ms (%.2f) | %.2f ms (%.2f) | %.0f MiB | %.0f MiB | %.2f MB | %.3f MB (%.2f) |"
                    + " %.0f ms |")
                .formatted(
                    size.sandboxes,
                    size.floorCpu.median(),
                    size.keepingCpu.median(),
                    size.plainCpu.median(),
                    size.plainCpu.median() / size.floorCpu.median(),
                    size.gzipCpu.median(),
                    size.gzipCpu.median() / size.floorCpu.median(),
                    size.peakKib / 1024.0,
                    size.floorPeakKib / 1024.0,
                    size.textBytes / 1e6,
                    size.gzipBytes / 1e6,
                    (double) size.gzipBytes / size.zlibBytes,
                    size.firstByte.median()));
      }
      line(text, "");
    }
    if (!rows.isEmpty()) {
      line(text, "| what | median | least | most | rounds |");
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
                    figure.least(),
                    figure.most(),
                    figure.rounds()));
      }
    }
    return text.toString();
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
          "    {\"sandboxes\": %d, \"floor_cpu_ms\": %s, \"floor_keeping_cpu_ms\": %s, \"plain_cpu_ms\": %s, \"gzip_cpu_ms\": %s,"
              .formatted(
                  size.sandboxes,
                  figure(size.floorCpu),
                  figure(size.keepingCpu),
                  figure(size.plainCpu),
                  figure(size.gzipCpu)));
      text.append(
          " \"first_byte_ms\": %s, \"floor_peak_kib\": %d, \"peak_kib\": %d, \"text_bytes\": %d,"
              .formatted(figure(size.firstByte), size.floorPeakKib, size.peakKib, size.textBytes));
      text.append(
          " \"gzip_bytes\": %d, \"zlib6_bytes\": %d}".formatted(size.gzipBytes, size.zlibBytes));
    }
    text.append("\n  ],\n  \"figures\": [");
    for (int i = 0; i < rows.size(); i++) {
      var row = rows.get(i);
      text.append(i == 0 ? "\n" : ",\n");
      text.append(
          "    {\"what\": \"%s\", \"unit\": \"%s\", \"value\": %s}"
              .formatted(row.what, row.unit, figure(row.figure)));
    }
    return text.append("\n  ]\n}\n").toString();
  }

  private static String figure(Figure figure) {
    return String.format(
        Locale.ROOT,
        "{\"median\": %.4f, \"least\": %.4f, \"most\": %.4f, \"rounds\": %d}",
        figure.median(),
        figure.least(),
        figure.most(),
        figure.rounds());
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }
}
