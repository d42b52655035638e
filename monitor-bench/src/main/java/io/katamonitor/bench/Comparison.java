package io.katamonitor.bench;

import io.katamonitor.sim.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * CPU of a scrape of 100 sandboxes by this build and by an older one: both processes run on one
 * node at the same time, and their scrapes alternate, so that other load affects both. The packaged
 * applications are compared if both builds are packaged, otherwise the classes in target.
 */
final class Comparison {
  private static final int SANDBOXES = 100;
  private static final int MIN_ROUNDS = 7;
  private final Path home;
  private final Path old;
  private final int rounds;

  /**
   * @param home this build
   * @param old a checkout of an older commit, built
   */
  Comparison(Path home, Path old, int rounds) {
    this.home = home;
    this.old = old;
    this.rounds = Math.max(MIN_ROUNDS, rounds);
  }

  void measure(Report report) throws IOException, InterruptedException {
    boolean isShipped = Stage.isShipped(home) && Stage.isShipped(old);
    try (var stage = Stage.of(home, SANDBOXES, List.of())) {
      int port = FreePort.find();
      int oldPort = FreePort.find();
      try (var before = stage.monitorOf(old, isShipped, oldPort);
          var now = stage.monitorOf(home, isShipped, port)) {
        for (int i = 0; i < ScrapeCost.warmUp(SANDBOXES); i++) {
          for (var format : Format.values()) {
            Scrape.get(oldPort, "/metrics", format);
            Scrape.get(port, "/metrics", format);
          }
        }
        var text = new double[rounds];
        for (var format : Format.values()) {
          var oldCpu = new double[rounds];
          var cpu = new double[rounds];
          for (int round = 0; round < rounds; round++) {
            // The order alternates too.
            if (round % 2 == 0) {
              oldCpu[round] = cpu(before, oldPort, format);
              cpu[round] = cpu(now, port, format);
            } else {
              cpu[round] = cpu(now, port, format);
              oldCpu[round] = cpu(before, oldPort, format);
            }
          }
          if (format == Format.TEXT) {
            text = cpu;
          }
          add(report, format, oldCpu, cpu, text);
          double oldBytes = Scrape.get(oldPort, "/metrics", format).bytes();
          double bytes = Scrape.get(port, "/metrics", format).bytes();
          report.add("the same, size", Statistic.of(new double[] {bytes / 1e6}), "MB");
          report.add(
              "the same, size to the old build's",
              Statistic.of(new double[] {bytes / oldBytes}),
              "times");
        }
      }
    }
  }

  private static double cpu(MeasuredProcess monitor, int port, Format format)
      throws IOException, InterruptedException {
    return ScrapeCost.cpu(monitor, port, ScrapeCost.scrapesPerRound(SANDBOXES), format);
  }

  private static void add(
      Report report, Format format, double[] oldCpu, double[] cpu, double[] text) {
    var what = "100 sandboxes, " + format.label() + ", CPU";
    report.add(what + ", old build", Statistic.of(oldCpu), "ms");
    report.add(what, Statistic.of(cpu), "ms");
    report.add("the same, to the old build's", Statistic.ofRatios(cpu, oldCpu), "times");
    if (format != Format.TEXT) {
      report.add("the same, to this build's text", Statistic.ofRatios(cpu, text), "times");
    }
  }
}
