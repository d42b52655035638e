package io.katamonitor.bench;

import io.katamonitor.sim.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;

/** CPU and size of a scrape in each format, compared with the floor program on the same node. */
final class ScrapeCost {
  private static final double NANOS_PER_MILLI = 1e6;
  private final Path home;
  private final int rounds;

  ScrapeCost(Path home, int rounds) {
    this.home = home;
    this.rounds = rounds;
  }

  /**
   * Alternates scrapes of the floor program and of each format; the value of a round is the mean of
   * a few.
   */
  Report.Size measure(int size) throws IOException, InterruptedException {
    int each = scrapesPerRound(size);
    var floorCpu = new double[rounds];
    var cpu = new EnumMap<Format, double[]>(Format.class);
    var firstByte = new double[rounds];
    try (var stage = Stage.of(home, size, List.of())) {
      int floorPort = FreePort.find();
      int port = FreePort.find();
      try (var floor = stage.floor(floorPort);
          var monitor = stage.monitor(port)) {
        for (int i = 0; i < warmUp(size); i++) {
          Scrape.get(floorPort, "/", Format.TEXT);
          for (var format : Format.values()) {
            Scrape.get(port, "/metrics", format);
          }
        }
        for (int round = 0; round < rounds; round++) {
          floorCpu[round] = cpu(floor, floorPort, each, Format.TEXT);
          for (var format : Format.values()) {
            cpu.computeIfAbsent(format, _ -> new double[rounds])[round] =
                cpu(monitor, port, each, format);
          }
          firstByte[round] =
              Scrape.get(port, "/metrics", Format.GZIP).nanosToFirstByte() / NANOS_PER_MILLI;
        }
        return new Report.Size(
            size,
            Statistic.of(floorCpu),
            statistics(cpu),
            bytes(port),
            Statistic.of(firstByte),
            floor.peakKib(),
            monitor.peakKib(),
            zlibSix(Scrape.bytes(port, "/metrics")));
      }
    }
  }

  /** Fewer scrapes of large nodes, so that each size takes about the same time. */
  static int scrapesPerRound(int sandboxes) {
    return Math.max(1, Math.min(20, 400 / sandboxes));
  }

  /** Scrapes until the first compiler has compiled the code. */
  static int warmUp(int sandboxes) {
    return Math.max(10, Math.min(40, 4000 / sandboxes));
  }

  /** CPU milliseconds of one scrape: all threads, until the process is idle again. */
  static double cpu(MeasuredProcess process, int port, int scrapes, Format format)
      throws IOException, InterruptedException {
    return cpu(process, port, "/metrics", scrapes, format);
  }

  static double cpu(MeasuredProcess process, int port, String path, int scrapes, Format format)
      throws IOException, InterruptedException {
    long before = process.settledCpuNanos();
    for (int i = 0; i < scrapes; i++) {
      Scrape.get(port, path, format);
    }
    return (process.settledCpuNanos() - before) / NANOS_PER_MILLI / scrapes;
  }

  private static Map<Format, Statistic> statistics(Map<Format, double[]> values) {
    var statistics = new EnumMap<Format, Statistic>(Format.class);
    values.forEach((format, all) -> statistics.put(format, Statistic.of(all)));
    return statistics;
  }

  private static Map<Format, Long> bytes(int port) throws IOException {
    var bytes = new EnumMap<Format, Long>(Format.class);
    for (var format : Format.values()) {
      bytes.put(format, Scrape.get(port, "/metrics", format).bytes());
    }
    return bytes;
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
}
