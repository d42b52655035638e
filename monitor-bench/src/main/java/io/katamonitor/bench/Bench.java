package io.katamonitor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;

/**
 * Measures the daemon as a process on a simulated node, beside the floor program, and writes a
 * table, its figures as JSON and a chart to {@code monitor-bench/results}.
 */
public final class Bench {
  private static final String USAGE =
      """
      Usage: bin/bench [--quick] [--rounds N] [--sizes 10,100,...] [--only PART,...] [--out DIR]
        parts: scrape cold start load fan-out memory profile gzip host-usage memory-idle
        --quick: 10 and 100 sandboxes, 3 rounds, no rest of a minute
      bin/bench jmh [ARGUMENTS]: the steps of the hot path by JMH
      """;

  private static final double MILLION = 1e6;
  private static final int IDLE_SECONDS = 10;
  private final Path home;
  private Path out;
  private int rounds = 7;
  private List<Integer> sizes = List.of(1, 10, 50, 100, 200, 500, 1000);
  private List<String> parts =
      List.of(
          "scrape",
          "cold",
          "start",
          "load",
          "fan-out",
          "memory",
          "profile",
          "gzip",
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
        report.add(scrapes(size));
      }
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

  private static void say(String what) {
    System.err.println("bench: " + what);
  }

  /** Scrapes in turn: floor, plain, gzip; each round's value is the mean of a few. */
  private Report.Size scrapes(int size) throws Exception {
    say(size + " sandboxes");
    int each = Math.max(1, Math.min(20, 400 / size));
    int warmUp = Math.max(10, Math.min(60, 6000 / size));
    var floorCpu = new double[rounds];
    var keepingCpu = new double[rounds];
    var plainCpu = new double[rounds];
    var gzipCpu = new double[rounds];
    var firstByte = new double[rounds];
    try (var stage = Stage.of(home, size, List.of())) {
      int floorPort = Stage.freePort();
      int keepingPort = Stage.freePort();
      int port = Stage.freePort();
      try (var floor = stage.floor(floorPort, false);
          var keeping = stage.floor(keepingPort, true);
          var monitor = stage.monitor(port)) {
        for (int i = 0; i < warmUp; i++) {
          Scrape.get(floorPort, "/", false);
          Scrape.get(keepingPort, "/", false);
          Scrape.get(port, "/metrics", i % 2 == 0);
        }
        for (int round = 0; round < rounds; round++) {
          floorCpu[round] = cpu(floor, floorPort, each, false);
          keepingCpu[round] = cpu(keeping, keepingPort, each, false);
          plainCpu[round] = cpu(monitor, port, each, false);
          gzipCpu[round] = cpu(monitor, port, each, true);
          firstByte[round] = Scrape.get(port, "/metrics", true).nanosToFirstByte() / MILLION;
        }
        var text = Scrape.bytes(port, "/metrics");
        return new Report.Size(
            size,
            Figure.of(floorCpu),
            Figure.of(keepingCpu),
            Figure.of(plainCpu),
            Figure.of(gzipCpu),
            Figure.of(firstByte),
            floor.peakKib(),
            monitor.peakKib(),
            text.length,
            Scrape.get(port, "/metrics", true).bytes(),
            zlibSix(text));
      }
    }
  }

  /** CPU milliseconds of one scrape. */
  static double cpu(Subject subject, int port, int scrapes, boolean gzip)
      throws IOException, InterruptedException {
    long before = subject.settledCpuNanos();
    for (int i = 0; i < scrapes; i++) {
      Scrape.get(port, "/metrics", gzip);
    }
    return (subject.settledCpuNanos() - before) / MILLION / scrapes;
  }

  private static long zlibSix(byte[] text) {
    var deflater = new Deflater(6, true);
    deflater.setInput(text);
    deflater.finish();
    var buffer = new byte[1 << 16];
    long bytes = 0;
    while (!deflater.finished()) {
      bytes += deflater.deflate(buffer);
    }
    deflater.end();
    return bytes;
  }

  /** The first scrape of a monitor that is up but has never been asked. */
  private void cold(Report report) throws Exception {
    say("first scrapes");
    int repeats = Math.min(rounds, 5);
    var cpu = new double[repeats];
    try (var stage = Stage.of(home, 100, List.of())) {
      wake(stage);
      for (int i = 0; i < repeats; i++) {
        int port = Stage.freePort();
        try (var monitor = stage.monitor(port)) {
          cpu[i] = cpu(monitor, port, 1, true) / 1000;
        }
      }
    }
    report.add("first scrape of 100 sandboxes after start, gzip, CPU", Figure.of(cpu), "s");
  }

  /** From exec to the last byte of the first answer. */
  private void start(Report report) throws Exception {
    say("starts");
    int repeats = Math.min(rounds, 5);
    var cpu = new double[repeats];
    var wall = new double[repeats];
    try (var stage = Stage.of(home, 100, List.of())) {
      wake(stage);
      for (int i = 0; i < repeats; i++) {
        wall[i] = startOnce(stage, List.of(), cpu, i);
      }
      report.add("start to first answer, 100 sandboxes, CPU", Figure.of(cpu), "s");
      report.add("start to first answer, 100 sandboxes, wall", Figure.of(wall), "s");
      try (var fifth = CpuLimit.of(0.2)) {
        if (fifth == null) {
          say("no cgroup can be made here: the start under 0.2 CPU is left out");
          return;
        }
        for (int i = 0; i < repeats; i++) {
          wall[i] = startOnce(stage, fifth.command(), cpu, i);
        }
        report.add("the same under 0.2 CPU, wall", Figure.of(wall), "s");
      }
    }
  }

  private static double startOnce(Stage stage, List<String> before, double[] cpu, int index)
      throws IOException, InterruptedException {
    int port = Stage.freePort();
    long began = System.nanoTime();
    try (var monitor = stage.launchMonitor(port, before)) {
      Stage.awaitPort(monitor, port);
      Scrape.get(port, "/metrics", true);
      double wall = (System.nanoTime() - began) / 1e9;
      cpu[index] = monitor.cpuNanos() / 1e9;
      return wall;
    }
  }

  /** Makes every shim generate its metrics, so that nobody's first scrape waits for that. */
  private static void wake(Stage stage) throws IOException, InterruptedException {
    int port = Stage.freePort();
    try (var floor = stage.floor(port, false)) {
      Scrape.get(port, "/", false);
      Scrape.get(port, "/", false);
      floor.settledCpuNanos();
    }
  }

  private static Figure once(double value) {
    return Figure.of(new double[] {value});
  }

  /** What stays resident when nobody asks. */
  private void idle(Report report) throws Exception {
    say("rest of " + restSeconds + " s");
    try (var stage = Stage.of(home, 20, List.of())) {
      int port = Stage.freePort();
      try (var monitor = stage.monitor(port)) {
        for (int i = 0; i < 10; i++) {
          Scrape.get(port, "/metrics", true);
        }
        TimeUnit.SECONDS.sleep(restSeconds);
        var after = "resident after 10 scrapes of 20 sandboxes and " + restSeconds + " s of rest";
        report.add(after, once(monitor.residentKib() / 1024.0), "MiB");
        report.add("of it anonymous", once(monitor.anonymousKib() / 1024.0), "MiB");
        long before = monitor.cpuNanos();
        TimeUnit.SECONDS.sleep(IDLE_SECONDS);
        var idle = (monitor.cpuNanos() - before) / MILLION / IDLE_SECONDS;
        report.add("CPU while nobody asks, a second", once(idle), "ms");
      }
    }
  }
}
