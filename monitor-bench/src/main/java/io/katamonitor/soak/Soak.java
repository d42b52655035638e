package io.katamonitor.soak;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Runs the monitor on a node with faults for some time, and reports its resources and lost samples.
 *
 * <p>Resources must not grow. They are measured three times while the monitor is idle: at the start
 * after one scrape, after a third of the time, and at the end. Descriptors and threads must return
 * to their numbers at the start, memory to that after the first third, within the limits of {@link
 * ProcessStats}.
 */
public final class Soak {
  /** Every 16th buffer is tracked with its accesses; tracking each one costs ten times as much. */
  private static final List<String> LEAK_DETECTION =
      List.of(
          "-Dio.netty.leakDetection.level=advanced",
          "-Dio.netty.leakDetection.samplingInterval=16");

  /**
   * Pause between the scrapes of one scraper, per sandbox: two cores can then handle four scrapers
   * with the checks of their responses. Prometheus scrapes every 15 s or less often.
   */
  private static final long SCRAPE_EACH_MILLIS = 15;

  private static final String USAGE =
      """
      Usage: soak [--time 10m] [--sandboxes 300] [--seed N]
             soak --scrapes 10000 [--sandboxes 20]
             soak --attack 160 [--scrapes 20]
        --time       duration of the run with four scrapers and random faults; 90s, 10m, 2h
        --scrapes    instead: so many scrapes of healthy sandboxes, by four connections
        --attack     instead: so many hostile sandboxes beside 100 honest ones, 40 readers of all
                     formats, 300 MiB of memory; --scrapes of one that stands for Prometheus. As root
        --sandboxes  there at a time
        --seed       of what happens; the clock when it is not given
      """;

  /**
   * The result.
   *
   * @param failures empty on success
   */
  public record Report(int scrapes, String text, List<String> failures) {}

  private Soak() {}

  public static void main(String[] arguments) throws Exception {
    if (List.of(arguments).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    var time = Duration.ofMinutes(10);
    int scrapes = 0;
    int sandboxes = 0;
    int hostile = 0;
    long seed = System.currentTimeMillis() % 1_000_000;
    try {
      for (int i = 0; i < arguments.length; i += 2) {
        var value = i + 1 < arguments.length ? arguments[i + 1] : "";
        switch (arguments[i]) {
          case "--time" -> time = Duration.parse("PT" + value);
          case "--scrapes" -> scrapes = Integer.parseInt(value);
          case "--attack" -> hostile = Integer.parseInt(value);
          case "--sandboxes" -> sandboxes = Integer.parseInt(value);
          case "--seed" -> seed = Long.parseLong(value);
          default -> throw new IllegalArgumentException(arguments[i]);
        }
      }
    } catch (RuntimeException e) {
      System.err.print("soak: not understood: " + String.join(" ", arguments) + "\n" + USAGE);
      System.exit(2);
    }
    var home = Path.of(System.getProperty("kata.monitor.home", "."));
    Report report;
    if (hostile > 0) {
      report = Attack.run(home, hostile, scrapes == 0 ? 20 : scrapes, Attack.Seconds.ELAPSED);
    } else if (scrapes > 0) {
      report = ManyScrapes.run(home, sandboxes == 0 ? 20 : sandboxes, scrapes);
    } else {
      report = run(home, time, sandboxes == 0 ? 300 : sandboxes, seed);
    }
    System.out.print(report.text());
    System.exit(report.failures().isEmpty() ? 0 : 1);
  }

  /**
   * Runs it; all started processes are ended when it returns, or when this process is terminated.
   */
  public static Report run(Path home, Duration time, int sandboxes, long seed)
      throws IOException, InterruptedException {
    System.out.printf("soak: %s, %d sandboxes, seed %d%n", time, sandboxes, seed);
    try (var stage = new Stage(home, seed, LEAK_DETECTION)) {
      return run(stage, time, sandboxes, seed);
    }
  }

  private static Report run(Stage stage, Duration time, int sandboxes, long seed)
      throws IOException, InterruptedException {
    var findings = new Findings();
    var node = stage.node();
    node.add(sandboxes);
    var monitor = stage.startMonitor();
    var scrapers =
        ScrapeProfile.FOUR.stream()
            .map(asking -> new Scraper(asking, monitor, node, findings))
            .toList();
    try (var client = HttpClient.newHttpClient()) {
      for (var scraper : scrapers) {
        scraper.learn(client, node.living().getFirst().id());
      }
    }
    var trouble = new FaultInjector(node, seed, sandboxes);
    long pause = sandboxes * SCRAPE_EACH_MILLIS;
    var rude = new MisbehavingClients(monitor.port(), seed, (int) pause / 4, findings);
    ProcessStats.atRest(
        monitor, Integer.MAX_VALUE); // The first measurement itself opens a descriptor or two.
    var start = ProcessStats.atRest(monitor, Integer.MAX_VALUE);
    phase(time.dividedBy(3), scrapers, pause, trouble, rude);
    var warm = ProcessStats.atRest(monitor, start.descriptors());
    phase(time.multipliedBy(2).dividedBy(3), scrapers, pause, trouble, rude);
    var end = ProcessStats.atRest(monitor, start.descriptors());

    monitor.complaints().forEach(line -> findings.add("log: " + line));
    end.growth(start, warm).forEach(findings::add);
    int scrapes = scrapers.stream().mapToInt(Scraper::scrapes).sum();
    var text = new StringBuilder();
    line(text, "scrapes", scrapes + ": " + each(scrapers));
    line(text, "read by promtool too", scrapers.stream().mapToInt(Scraper::byPromtool).sum());
    line(text, "samples checked", scrapers.stream().mapToLong(Scraper::samples).sum());
    line(
        text,
        "slowest scrape, ms",
        scrapers.stream().mapToLong(Scraper::slowestMillis).max().orElse(0));
    line(text, "sandboxes", sandboxes + " at a time, " + node.added() + " came");
    line(text, "went", trouble.gone());
    line(text, "faults", trouble.injected() + " of " + trouble.kinds().size() + " kinds");
    line(text, "left midway", rude.abandoned() + " clients");
    line(
        text,
        "stopped reading",
        rude.stopped() + " clients, " + rude.closedByMonitor() + " seen closed by the monitor");
    line(text, "log", monitor.log().size() + " lines");
    text.append('\n').append(ProcessStats.table("start", start, "warm", warm, "end", end));
    return report(scrapes, text, findings);
  }

  static Report report(int scrapes, StringBuilder text, Findings findings) {
    var failures = findings.list();
    if (failures.isEmpty()) {
      text.append("\nnothing lost, nothing leaked, nothing grew\n");
    } else {
      text.append("\nFAILED\n");
      failures.forEach(failure -> text.append("  ").append(failure).append('\n'));
    }
    return new Report(scrapes, text.toString(), failures);
  }

  static void line(StringBuilder text, String name, Object value) {
    text.append(String.format(Locale.ROOT, "%-22s%s%n", name, value));
  }

  private static String each(List<Scraper> scrapers) {
    var parts = new ArrayList<String>();
    scrapers.forEach(one -> parts.add(one.profile().name() + " " + one.scrapes()));
    return String.join(", ", parts);
  }

  /**
   * Runs all faults and clients for some time; at the end the node is healthy and all clients are
   * closed.
   */
  private static void phase(
      Duration time,
      List<Scraper> scrapers,
      long pause,
      FaultInjector trouble,
      MisbehavingClients rude)
      throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    var threads = new ArrayList<Thread>();
    for (var scraper : scrapers) {
      threads.add(Thread.ofPlatform().daemon().start(() -> scraper.run(end, pause)));
    }
    threads.add(Thread.ofPlatform().daemon().start(() -> trouble.run(end)));
    threads.add(Thread.ofPlatform().daemon().start(() -> rude.run(end)));
    for (var thread : threads) {
      thread.join();
    }
    trouble.end();
    // Requests of the last scrapes end within the timeout of one shim.
    TimeUnit.SECONDS.sleep(4);
  }
}
