package io.katamonitor.bench;

import io.katamonitor.sim.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long {@code /healthz} takes while one client scrapes 1,000 sandboxes: the slowest of all
 * requests during the scrape, each over a new connection like those of the kubelet, in wall time.
 * Other load on the machine counts as well: measure on an idle one.
 */
final class HealthLatency {
  private static final int SANDBOXES = 1000;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private final Path home;
  private final int rounds;

  HealthLatency(Path home, int rounds) {
    this.home = home;
    this.rounds = rounds;
  }

  void measure(Report report) throws IOException, InterruptedException {
    try (var stage = Stage.of(home, SANDBOXES, List.of());
        var scraper = Executors.newSingleThreadExecutor()) {
      stage.wake();
      for (var format : Format.values()) {
        var slowest = new double[rounds];
        var first = new double[rounds];
        for (int round = 0; round < rounds; round++) {
          int port = FreePort.find();
          try (var monitor = stage.monitor(port)) {
            first[round] = slowest(scraper, port, format);
            for (int i = 0; i < ScrapeCost.warmUp(SANDBOXES) && monitor.isAlive(); i++) {
              Scrape.get(port, "/metrics", format);
            }
            slowest[round] = slowest(scraper, port, format);
          }
        }
        var what = "slowest /healthz beside a scrape of 1,000, " + format.label();
        report.add(what + ", warm", Statistic.of(slowest), "ms");
        report.add(what + ", in the process's first scrape", Statistic.of(first), "ms");
      }
    }
  }

  /** Milliseconds of the slowest request until the scrape ends. */
  private static double slowest(ExecutorService scraper, int port, Format format)
      throws IOException, InterruptedException {
    var scrape = scraper.submit(() -> Scrape.get(port, "/metrics", format));
    long slowest = 0;
    do {
      slowest = Math.max(slowest, Scrape.get(port, "/healthz", Format.TEXT).nanos());
      LockSupport.parkNanos(PAUSE_NANOS);
    } while (!scrape.isDone());
    try {
      scrape.get();
    } catch (ExecutionException e) {
      throw new IOException(e);
    }
    return slowest / 1e6;
  }
}
