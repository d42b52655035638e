package io.katamonitor.bench;

import io.katamonitor.sim.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Measures the daemon as a process on a simulated node, compared with the floor program, and writes
 * a table, its figures as JSON and a chart to {@code monitor-bench/results}.
 */
public final class Bench {
  private static final String USAGE =
      """
      Usage: bin/bench [--quick] [--rounds N] [--sizes 10,100,...] [--only PART,...] [--old DIR]
                       [--out DIR]
        parts: scrape old cold start load fan-out unique-series new-series healthz peak memory
               profile gzip filters host-usage memory-idle
        --quick: 10 and 100 sandboxes, 3 rounds, no rest of a minute
        --old DIR: a checkout of an older commit, built; the part "old" compares with it, in at
                   least 7 rounds
      bin/bench jmh [ARGUMENTS]: the steps of the hot path by JMH
      """;

  private static final double MILLION = 1e6;
  private static final int IDLE_SECONDS = 10;
  private final Path home;
  private Path out;
  private @Nullable Path old;
  private int rounds = 7;
  private List<Integer> sizes = List.of(1, 10, 50, 100, 200, 500, 1000);
  private List<String> parts =
      List.of(
          "scrape",
          "old",
          "cold",
          "start",
          "load",
          "fan-out",
          "unique-series",
          "new-series",
          "healthz",
          "peak",
          "memory",
          "profile",
          "gzip",
          "filters",
          "host-usage",
          "memory-idle");
  private int restSeconds = 60;

  private Bench(Path home) {
    this.home = home;
    this.out = home.resolve("monitor-bench/results");
  }

  public static void main(String[] arguments) throws Exception {
    Locale.setDefault(Locale.ROOT);
    var bench = new Bench(Path.of(System.getProperty("kata.monitor.home", ".")).toAbsolutePath());
    if (!bench.read(arguments)) {
      System.err.print(USAGE);
      System.exit(2);
    }
    bench.run();
  }

  private boolean read(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals("--quick")) {
        rounds = 3;
        sizes = List.of(10, 100);
        restSeconds = 5;
        continue;
      }
      if (i + 1 == arguments.length) {
        return false;
      }
      var value = arguments[i + 1];
      switch (arguments[i++]) {
        case "--rounds" -> rounds = Integer.parseInt(value);
        case "--sizes" ->
            sizes = Arrays.stream(value.split(",", -1)).map(Integer::valueOf).toList();
        case "--only" -> parts = List.of(value.split(",", -1));
        case "--out" -> out = Path.of(value);
        case "--old" -> old = Path.of(value).toAbsolutePath();
        default -> {
          return false;
        }
      }
    }
    return true;
  }

  private void run() throws Exception {
    var report = new Report(Machine.read(home));
    if (parts.contains("scrape")) {
      for (int size : sizes) {
        say(size + " sandboxes");
        report.add(new ScrapeCost(home, rounds).measure(size));
      }
    }
    if (parts.contains("old") && old != null) {
      say("the old build beside this one");
      new Comparison(home, old, rounds).measure(report);
    }
    if (parts.contains("cold")) {
      cold(report);
    }
    if (parts.contains("start")) {
      start(report);
    }
    if (parts.contains("load")) {
      say("wrk");
      new Load(home, rounds).wrk(report);
    }
    if (parts.contains("fan-out")) {
      say("shims that take their time");
      new Load(home, rounds).fanOut(report);
    }
    unusual(report);
    if (parts.contains("memory")) {
      say("memory of one scrape");
      HeldScrape.measure(home, sizes, report);
    }
    if (parts.contains("profile")) {
      say("profile");
      Profile.measure(home, report);
    }
    if (parts.contains("gzip")) {
      say("compressors");
      new Compressors(rounds).measure(report);
    }
    if (parts.contains("filters")) {
      say("filters");
      new FilterCost(home, rounds).measure(report);
    }
    if (parts.contains("host-usage")) {
      say("host usage");
      new HostUsageCost(home, rounds).measure(report);
    }
    if (parts.contains("memory-idle")) {
      idle(report);
    }
    Files.createDirectories(out);
    Files.writeString(out.resolve("bench.md"), report.markdown());
    Files.writeString(out.resolve("bench.json"), report.json());
    if (report.sizes().size() > 2) {
      Chart.write(report.sizes(), out);
    }
    System.out.print(report.markdown());
  }

  /** Unusual series, `/healthz` beside a scrape, and peak memory. */
  private void unusual(Report report) throws Exception {
    if (parts.contains("unique-series")) {
      say("series unique to each sandbox");
      new UnusualSeries(home, rounds).unique(report);
    }
    if (parts.contains("new-series")) {
      say("a guest with new series at each scrape");
      new UnusualSeries(home, rounds).newInOne(report);
    }
    if (parts.contains("healthz")) {
      say("/healthz beside a scrape");
      new HealthLatency(home, rounds).measure(report);
    }
    if (parts.contains("peak")) {
      say("peak memory");
      PeakMemory.measure(home, report);
    }
  }

  private static void say(String what) {
    System.err.println("bench: " + what);
  }

  /** The first scrape of a monitor that has just started. */
  private void cold(Report report) throws Exception {
    say("first scrapes");
    int repeats = Math.min(rounds, 5);
    var cpu = new double[repeats];
    try (var stage = Stage.of(home, 100, List.of())) {
      stage.wake();
      for (int i = 0; i < repeats; i++) {
        int port = FreePort.find();
        try (var monitor = stage.monitor(port)) {
          cpu[i] = ScrapeCost.cpu(monitor, port, 1, Format.GZIP) / 1000;
        }
      }
    }
    report.add("first scrape of 100 sandboxes after start, gzip, CPU", Statistic.of(cpu), "s");
  }

  /** Time and CPU from exec to the last byte of the first response. */
  private void start(Report report) throws Exception {
    say("starts");
    int repeats = Math.min(rounds, 5);
    var cpu = new double[repeats];
    var wall = new double[repeats];
    try (var stage = Stage.of(home, 100, List.of())) {
      stage.wake();
      for (int i = 0; i < repeats; i++) {
        wall[i] = startOnce(stage, List.of(), cpu, i);
      }
      report.add("start to first response, 100 sandboxes, CPU", Statistic.of(cpu), "s");
      report.add("start to first response, 100 sandboxes, wall", Statistic.of(wall), "s");
      try (var fifth = CpuLimit.of(0.2)) {
        if (fifth == null) {
          say("no cgroup can be created here: the start under 0.2 CPU is omitted");
          return;
        }
        for (int i = 0; i < repeats; i++) {
          wall[i] = startOnce(stage, fifth.command(), cpu, i);
        }
        report.add("the same under 0.2 CPU, wall", Statistic.of(wall), "s");
      }
    }
  }

  private static double startOnce(Stage stage, List<String> before, double[] cpu, int index)
      throws IOException, InterruptedException {
    int port = FreePort.find();
    long began = System.nanoTime();
    try (var monitor = stage.launchMonitor(port, before)) {
      Stage.awaitPort(monitor, port);
      Scrape.get(port, "/metrics", Format.GZIP);
      double wall = (System.nanoTime() - began) / 1e9;
      cpu[index] = monitor.cpuNanos() / 1e9;
      return wall;
    }
  }

  private static Statistic once(double value) {
    return Statistic.of(new double[] {value});
  }

  /** Resident memory and CPU of an idle monitor. */
  private void idle(Report report) throws Exception {
    say("rest of " + restSeconds + " s");
    try (var stage = Stage.of(home, 20, List.of())) {
      int port = FreePort.find();
      try (var monitor = stage.monitor(port)) {
        for (int i = 0; i < 10; i++) {
          Scrape.get(port, "/metrics", Format.GZIP);
        }
        TimeUnit.SECONDS.sleep(restSeconds);
        var after = "resident after 10 scrapes of 20 sandboxes and " + restSeconds + " s of rest";
        report.add(after, once(monitor.residentKib() / 1024.0), "MiB");
        report.add("of it anonymous", once(monitor.anonymousKib() / 1024.0), "MiB");
        long before = monitor.cpuNanos();
        TimeUnit.SECONDS.sleep(IDLE_SECONDS);
        var idle = (monitor.cpuNanos() - before) / MILLION / IDLE_SECONDS;
        report.add("CPU when idle, per second", once(idle), "ms");
      }
    }
  }
}
