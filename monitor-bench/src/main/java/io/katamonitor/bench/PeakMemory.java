package io.katamonitor.bench;

import io.katamonitor.sim.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Peak resident memory of a process with a single scraper, by format. */
final class PeakMemory {
  private static final List<Integer> SIZES = List.of(100, 500, 1000);
  private static final int SCRAPES = 30;

  private PeakMemory() {}

  static void measure(Path home, Report report) throws IOException, InterruptedException {
    for (int size : SIZES) {
      try (var stage = Stage.of(home, size, List.of())) {
        for (var format : Format.values()) {
          int port = FreePort.find();
          try (var monitor = stage.monitor(port)) {
            for (int i = 0; i < SCRAPES; i++) {
              Scrape.get(port, "/metrics", format);
            }
            report.add(
                "peak resident, %,d sandboxes, one reader, %s".formatted(size, format.label()),
                Statistic.of(new double[] {monitor.peakKib() / 1024.0}),
                "MiB");
          }
        }
      }
    }
  }
}
