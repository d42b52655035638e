package io.katamonitor.bench;

import io.katamonitor.sim.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * CPU of a scrape of 100 sandboxes whose series differ: some are unique to each sandbox, or one
 * guest has new ones at each scrape. Each is compared with the same node without them, alternating.
 */
final class UnusualSeries {
  private static final int SANDBOXES = 100;
  private static final int UNIQUE_PERCENT = 7;
  private static final int NEW_SERIES = 5000;

  /** Raised limit of samples: those of a guest and the new ones. */
  private static final List<String> FLAGS = List.of("--max-shim-samples", "10000");

  private final Path home;
  private final int rounds;

  UnusualSeries(Path home, int rounds) {
    this.home = home;
    this.rounds = rounds;
  }

  /** Sandboxes differ in mounts, interface names and container ids. */
  void unique(Report report) throws IOException, InterruptedException {
    try (var none = Node.of(home, SANDBOXES, "all=unique-series:0");
        var some = Node.of(home, SANDBOXES, "all=unique-series:" + UNIQUE_PERCENT)) {
      for (var format : Format.values()) {
        var without = new double[rounds];
        var with = new double[rounds];
        for (int round = 0; round < rounds; round++) {
          // The order alternates.
          if (round % 2 == 0) {
            without[round] = none.cpu(format);
            with[round] = some.cpu(format);
          } else {
            with[round] = some.cpu(format);
            without[round] = none.cpu(format);
          }
        }
        var what =
            "%d %% of the series unique to each of 100 sandboxes, %s"
                .formatted(UNIQUE_PERCENT, format.label());
        report.add(what + ", CPU", Statistic.of(with), "ms");
        report.add("the same, to none", Statistic.ofRatios(with, without), "times");
      }
    }
  }

  /**
   * The cost of the guest is the difference between a node with only this guest and one without
   * any; the rest is that of the other 99.
   */
  void newInOne(Report report) throws IOException, InterruptedException {
    var fault = "0=new-series:" + NEW_SERIES;
    try (var honest = Node.of(home, SANDBOXES - 1, "0=none");
        var all = Node.of(home, SANDBOXES, fault);
        var alone = Node.of(home, 1, fault);
        var empty = Node.of(home, 0, "0=none")) {
      for (var format : Format.values()) {
        var without = new double[rounds];
        var with = new double[rounds];
        var others = new double[rounds];
        for (int round = 0; round < rounds; round++) {
          without[round] = honest.cpu(format);
          with[round] = all.cpu(format);
          others[round] = with[round] - (alone.cpu(format) - empty.cpu(format));
        }
        var what =
            "one guest of 100 with %,d new series at each scrape, %s"
                .formatted(NEW_SERIES, format.label());
        report.add(what + ", CPU", Statistic.of(with), "ms");
        report.add("the same, to the 99 without it", Statistic.ofRatios(with, without), "times");
        report.add(
            "the same, CPU for the other 99, to the 99 without it",
            Statistic.ofRatios(others, without),
            "times");
      }
    }
  }

  /** A node with a monitor after its warm-up. */
  private record Node(Stage stage, MeasuredProcess monitor, int port, int each)
      implements AutoCloseable {
    static Node of(Path home, int sandboxes, String fault)
        throws IOException, InterruptedException {
      var stage = Stage.of(home, sandboxes, List.of("--fault", fault));
      int port = FreePort.find();
      var monitor = stage.monitor(port, FLAGS, List.of());
      for (int i = 0; i < ScrapeCost.warmUp(SANDBOXES); i++) {
        for (var format : Format.values()) {
          Scrape.get(port, "/metrics", format);
        }
      }
      return new Node(stage, monitor, port, ScrapeCost.scrapesPerRound(SANDBOXES));
    }

    double cpu(Format format) throws IOException, InterruptedException {
      return ScrapeCost.cpu(monitor, port, each, format);
    }

    @Override
    public void close() throws IOException {
      monitor.close();
      stage.close();
    }
  }
}
