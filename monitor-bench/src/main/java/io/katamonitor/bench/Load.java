package io.katamonitor.bench;

import io.katamonitor.sim.FreePort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Concurrent clients and slow shims. */
final class Load {
  private static final int CLIENTS = 8;
  private static final int SCRAPERS = 10;
  private static final int TURNS = 10;
  private final Path home;
  private final int rounds;

  Load(Path home, int rounds) {
    this.home = home;
    this.rounds = rounds;
  }

  /** Eight concurrent clients compared with the same scrapes in sequence, alternating. */
  void wrk(Report report) throws IOException, InterruptedException {
    var serial = new double[rounds];
    var together = new double[rounds];
    var median = new double[rounds];
    var slowest = new double[rounds];
    var ratio = new double[rounds];
    try (var stage = Stage.of(home, 20, List.of())) {
      int port = FreePort.find();
      try (var monitor = stage.monitor(port)) {
        for (int i = 0; i < 60; i++) {
          Scrape.get(port, "/metrics", Format.GZIP);
        }
        for (int i = 0; i < rounds; i++) {
          serial[i] = 1000 / ScrapeCost.cpu(monitor, port, CLIENTS, Format.GZIP);
          long before = monitor.settledCpuNanos();
          var said = wrk(port);
          double seconds = (monitor.settledCpuNanos() - before) / 1e9;
          together[i] = Double.parseDouble(find(said, "(\\d+) requests in").group(1)) / seconds;
          median[i] = latency(said, "50%");
          slowest[i] = latency(said, "99%");
          ratio[i] = slowest[i] / median[i];
        }
      }
    }
    report.add("20 sandboxes, serial scrapes a CPU-second, gzip", Statistic.of(serial), "");
    report.add("20 sandboxes, wrk -t1 -c8, scrapes a CPU-second, gzip", Statistic.of(together), "");
    report.add("the same, latency, median", Statistic.of(median), "ms");
    report.add("the same, latency, 99th percentile", Statistic.of(slowest), "ms");
    report.add("the same, 99th percentile to median", Statistic.of(ratio), "times");
  }

  private static String wrk(int port) throws IOException {
    var wrk =
        new ProcessBuilder(
                "wrk",
                "-t1",
                "-c" + CLIENTS,
                "-d5s",
                "--latency",
                "-H",
                "Accept-Encoding: gzip",
                "http://127.0.0.1:" + port + "/metrics")
            .start();
    return new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static MatchResult find(String said, String expression) {
    var matcher = Pattern.compile(expression).matcher(said);
    if (!matcher.find()) {
      throw new IllegalStateException("wrk said: " + said);
    }
    return matcher;
  }

  private static double latency(String said, String percentile) {
    var found = find(said, percentile + "\\s+([0-9.]+)(us|ms|s)");
    double value = Double.parseDouble(found.group(1));
    return switch (found.group(2)) {
      case "us" -> value / 1000;
      case "s" -> value * 1000;
      default -> value;
    };
  }

  /** A hundred shims that respond late, with this number scraped concurrently. */
  void fanOut(Report report) throws Exception {
    for (int delay : new int[] {5, 50, 500}) {
      try (var stage = Stage.of(home, 100, List.of("--fault", "all=delay:" + delay + "ms"))) {
        for (int limit : new int[] {8, 64, 1000}) {
          int port = FreePort.find();
          var flags = List.of("--max-concurrent-shims", Integer.toString(limit));
          try (var monitor = stage.monitor(port, flags, List.of())) {
            var what = "100 shims that take %d ms, %d scraped at a time".formatted(delay, limit);
            fanOut(report, what, monitor, port);
          }
        }
      }
    }
    try (var stage = Stage.of(home, 100, List.of("--commands"))) {
      together(report, stage);
    }
    try (var stage = Stage.of(home, 500, List.of("--fault", "250=delay:500ms"))) {
      int port = FreePort.find();
      try (var monitor = stage.monitor(port)) {
        fanOut(report, "500 shims, one of them takes 500 ms, 64 scraped at a time", monitor, port);
      }
    }
  }

  private void fanOut(Report report, String what, MeasuredProcess monitor, int port)
      throws IOException, InterruptedException {
    int repeats = Math.min(rounds, 5);
    var cpu = new double[repeats];
    var wall = new double[repeats];
    for (int i = 0; i < 5; i++) {
      Scrape.get(port, "/metrics", Format.GZIP);
    }
    for (int i = 0; i < repeats; i++) {
      long before = monitor.settledCpuNanos();
      wall[i] = Scrape.get(port, "/metrics", Format.GZIP).nanos() / 1e6;
      cpu[i] = (monitor.settledCpuNanos() - before) / 1e6;
    }
    report.add(what + ", gzip, wall", Statistic.of(wall), "ms");
    report.add("the same, CPU", Statistic.of(cpu), "ms");
  }

  /** Cost of ten concurrent scrapers, for the shims and for the monitor. */
  private void together(Report report, Stage stage) throws Exception {
    var requests = new double[rounds];
    var shims = new double[rounds];
    var ours = new double[rounds];
    int port = FreePort.find();
    try (var monitor = stage.monitor(port);
        var clients = Executors.newFixedThreadPool(SCRAPERS)) {
      for (int i = 0; i < 60; i++) {
        Scrape.get(port, "/metrics", Format.GZIP);
      }
      for (int i = 0; i < rounds; i++) {
        long[] one = costs(stage, monitor, clients, port, 1);
        long[] ten = costs(stage, monitor, clients, port, SCRAPERS);
        requests[i] = (double) ten[2] / one[2];
        shims[i] = (double) ten[0] / one[0];
        ours[i] = (double) ten[1] / one[1];
      }
    }
    report.add("10 scrapers at once to one, requests to shims", Statistic.of(requests), "times");
    report.add("10 scrapers at once to one, CPU of the shims", Statistic.of(shims), "times");
    report.add("10 scrapers at once to one, CPU of the monitor", Statistic.of(ours), "times");
  }

  /**
   * CPU of the shims and of the monitor, and the number of requests to shims, for some rounds with
   * so many concurrent clients.
   */
  private static long[] costs(
      Stage stage, MeasuredProcess monitor, ExecutorService clients, int port, int count)
      throws InterruptedException, ExecutionException, IOException {
    long scrapes = Long.parseLong(stage.simulator().send("scrapes"));
    long shims = stage.simulator().settledCpuNanos();
    long ours = monitor.settledCpuNanos();
    for (int turn = 0; turn < TURNS; turn++) {
      var all = new ArrayList<Future<Scrape>>();
      for (int i = 0; i < count; i++) {
        all.add(clients.submit(() -> Scrape.get(port, "/metrics", Format.GZIP)));
      }
      for (var one : all) {
        var _ = one.get();
      }
    }
    return new long[] {
      stage.simulator().settledCpuNanos() - shims,
      monitor.settledCpuNanos() - ours,
      Long.parseLong(stage.simulator().send("scrapes")) - scrapes
    };
  }
}
