package io.katamonitor.bench;

import io.katamonitor.sim.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** CPU of a scrape with only own and pod families, compared with a full one. */
final class FilterCost {
  private static final int SANDBOXES = 100;
  private static final List<String> PATHS =
      List.of(
          "/metrics",
          "/metrics?filter_family=kata_pod,kata_monitor",
          "/metrics?filter_family=kata_pod_host,kata_monitor");

  private final Path home;
  private final int rounds;

  FilterCost(Path home, int rounds) {
    this.home = home;
    this.rounds = rounds;
  }

  /** Each path in turn; a round's value is the mean of a few scrapes. */
  void measure(Report report) throws IOException, InterruptedException {
    int each = ScrapeCost.scrapesPerRound(SANDBOXES);
    var cpu = new double[PATHS.size()][rounds];
    try (var stage = Stage.of(home, SANDBOXES, List.of())) {
      int port = FreePort.find();
      try (var monitor = stage.monitor(port)) {
        for (int i = 0; i < ScrapeCost.warmUp(SANDBOXES); i++) {
          for (var path : PATHS) {
            Scrape.get(port, path, Format.TEXT);
          }
        }
        for (int round = 0; round < rounds; round++) {
          for (int i = 0; i < PATHS.size(); i++) {
            cpu[i][round] = ScrapeCost.cpu(monitor, port, PATHS.get(i), each, Format.TEXT);
          }
        }
      }
    }
    for (int i = 0; i < PATHS.size(); i++) {
      report.add(
          SANDBOXES + " sandboxes, text, " + PATHS.get(i) + ", CPU", Statistic.of(cpu[i]), "ms");
    }
  }
}
