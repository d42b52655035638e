package io.katamonitor.soak;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Thousands of scrapes of healthy sandboxes over persistent connections: nothing may grow from
 * scrape to scrape. The limits are those of {@link Soak}, with the first tenth as warm-up.
 */
public final class ManyScrapes {
  /** One response of this many is checked; each is read to its end. */
  private static final int CHECK_EACH = 25;

  private ManyScrapes() {}

  public static Soak.Report run(Path home, int sandboxes, int scrapes)
      throws IOException, InterruptedException {
    System.out.printf("soak: %d scrapes of %d sandboxes%n", scrapes, sandboxes);
    try (var stage = new Stage(home, 1, List.of())) {
      stage.node().add(sandboxes);
      return run(stage, scrapes);
    }
  }

  private static Soak.Report run(Stage stage, int scrapes)
      throws IOException, InterruptedException {
    var findings = new Findings();
    var monitor = stage.startMonitor();
    var scrapers = new ArrayList<Scraper>();
    try (var client = HttpClient.newHttpClient()) {
      for (var asking : ScrapeProfile.TEXT_ONLY) {
        var scraper = new Scraper(asking, monitor, stage.node(), findings);
        scraper.learn(client, stage.node().living().getFirst().id());
        scrapers.add(scraper);
      }
    }
    ProcessStats.atRest(
        monitor, Integer.MAX_VALUE); // The first measurement itself opens a descriptor or two.
    var start = ProcessStats.atRest(monitor, Integer.MAX_VALUE);
    phase(scrapers, scrapes / 10);
    var warm = ProcessStats.atRest(monitor, start.descriptors());
    phase(scrapers, scrapes - scrapes / 10);
    var end = ProcessStats.atRest(monitor, start.descriptors());

    monitor.complaints().forEach(line -> findings.add("log: " + line));
    end.growth(start, warm).forEach(findings::add);
    int made = scrapers.stream().mapToInt(Scraper::scrapes).sum();
    var text = new StringBuilder();
    Soak.line(text, "scrapes", made);
    Soak.line(text, "samples checked", scrapers.stream().mapToLong(Scraper::samples).sum());
    text.append('\n')
        .append(
            ProcessStats.table(
                "start", start, "after " + scrapes / 10, warm, "after " + scrapes, end));
    return Soak.report(made, text, findings);
  }

  private static void phase(List<Scraper> scrapers, int scrapes) throws InterruptedException {
    var left = new AtomicInteger(scrapes);
    var threads = new ArrayList<Thread>();
    for (var scraper : scrapers) {
      threads.add(Thread.ofPlatform().daemon().start(() -> scraper.run(left, CHECK_EACH)));
    }
    for (var thread : threads) {
      thread.join();
    }
  }
}
