package io.katamonitor.bench;

import io.katamonitor.sim.FreePort;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Memory of one scrape: live heap and Netty's direct memory while a client has stopped reading in
 * the middle of its response, minus the same before the first scrape. Includes memory that later
 * scrapes reuse, such as templates and buffers.
 */
final class HeldScrape {
  private static final List<String> TRACKED = List.of("-XX:NativeMemoryTracking=summary");
  private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");

  private HeldScrape() {}

  static void measure(Path home, List<Integer> sizes, Report report)
      throws IOException, InterruptedException {
    for (int size : sizes) {
      try (var stage = Stage.of(home, size, List.of())) {
        int port = FreePort.find();
        try (var monitor = stage.monitor(port, List.of(), TRACKED)) {
          double before = live(monitor);
          try (var held = Scrape.open(port, "/metrics", Format.TEXT)) {
            if (held.read(ByteBuffer.allocate(1)) < 0) {
              throw new IOException("there is no response");
            }
            double during = live(monitor);
            var raw = size * bodyBytes(port) / 1024.0;
            var what =
                "live memory that one scrape of %,d sandboxes takes (they send %.1f MiB)"
                    .formatted(size, raw / 1024);
            report.add(what, Statistic.of(new double[] {(during - before) / 1024}), "MiB");
          }
        }
      }
    }
  }

  /** Size of a shim's response, according to the monitor's own series. */
  private static double bodyBytes(int port) throws IOException {
    var text = new String(Scrape.bytes(port, "/metrics"), StandardCharsets.UTF_8);
    var series = "(?m)^kata_monitor_sandbox_response_bytes\\{.*} ([0-9]+)$";
    return Pattern.compile(series)
        .matcher(text)
        .results()
        .mapToLong(found -> Long.parseLong(found.group(1)))
        .average()
        .orElseThrow();
  }

  /** KiB of reachable heap, and of memory allocated by Unsafe, as Netty does. */
  private static double live(MeasuredProcess monitor) throws IOException {
    say(monitor, "GC.run");
    double heap = sum(say(monitor, "GC.heap_info"), "(?m)^(?:DefNew|Tenured) .* used (\\d+)K");
    return heap
        + sum(say(monitor, "VM.native_memory"), "Other \\(reserved=\\d+KB, committed=(\\d+)KB");
  }

  private static double sum(String said, String expression) {
    var found = Pattern.compile(expression).matcher(said).results().toList();
    if (found.isEmpty()) {
      throw new IllegalStateException("jcmd said: " + said);
    }
    return found.stream().mapToDouble(number -> Double.parseDouble(number.group(1))).sum();
  }

  private static String say(MeasuredProcess monitor, String command) throws IOException {
    var process =
        new ProcessBuilder(JCMD.toString(), Long.toString(monitor.pid()), command)
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
