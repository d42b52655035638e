package io.katamonitor.bench;

import io.katamonitor.usage.HostUsageReader;
import io.katamonitor.usage.HostUsageService;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;

/**
 * CPU of one reading of the host's cgroups, compared with a C program that opens, reads and closes
 * the same files. Both read real cgroups of 100 sandboxes.
 */
final class HostUsageCost {
  private static final int SANDBOXES = 100;

  /** Warm-up readings, until the first compiler has compiled the code. */
  private static final int WARM_UP = 60;

  private final Path home;
  private final int rounds;

  HostUsageCost(Path home, int rounds) {
    this.home = home;
    this.rounds = rounds;
  }

  void measure(Report report) throws IOException, InterruptedException {
    for (boolean isSplit : new boolean[] {false, true}) {
      try (var cgroups = BenchCgroups.make(SANDBOXES, isSplit)) {
        if (cgroups == null) {
          System.err.println("bench: no cgroups can be made here: host usage is left out");
          return;
        }
        var what =
            "host usage of %d sandboxes, layout %s, %d files, CPU"
                .formatted(SANDBOXES, isSplit ? "split" : "pod", cgroups.files().size());
        report.add(what + ", C program", Statistic.of(floor(cgroups)), "ms");
        report.add(what, Statistic.of(ours(cgroups)), "ms");
      }
    }
  }

  private double[] floor(BenchCgroups cgroups) throws IOException, InterruptedException {
    var program = home.resolve("monitor-bench/target/cgroups");
    var source = home.resolve("monitor-bench/src/main/c/cgroups.c");
    run(List.of("gcc", "-O2", "-o", program.toString(), source.toString()));
    var list = Files.createTempFile("kata-monitor-bench", ".list");
    try {
      Files.write(list, cgroups.files().stream().map(Path::toString).toList());
      var lines = run(List.of(program.toString(), list.toString(), Integer.toString(rounds + 5)));
      return lines.lines().skip(5).mapToDouble(nanos -> Long.parseLong(nanos) / 1e6).toArray();
    } finally {
      Files.delete(list);
    }
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output;
    try (var reader = process.inputReader()) {
      output = reader.readAllAsString();
    }
    if (process.waitFor() != 0) {
      throw new IOException("failed: " + command);
    }
    return output;
  }

  /** CPU milliseconds of the file thread. */
  private double[] ours(BenchCgroups cgroups) throws IOException, InterruptedException {
    var values = new double[rounds];
    var cpu = new AtomicLong();
    var clock = new AtomicLong();
    try (var thread = Executors.newSingleThreadExecutor();
        var loop = Executors.newSingleThreadScheduledExecutor()) {
      var service =
          new HostUsageService(
              cgroups::sandboxes,
              new HostUsageReader(cgroups.root()),
              measuring(thread, cpu),
              loop,
              clock::get,
              Duration.ofSeconds(60));
      for (int i = -WARM_UP; i < rounds; i++) {
        clock.addAndGet(2_000_000_000L); // no reading is shared
        read(service, loop, cgroups);
        if (i >= 0) {
          values[i] = cpu.get() / 1e6;
        }
      }
    }
    return values;
  }

  private static Executor measuring(Executor thread, AtomicLong cpu) {
    var threads = ManagementFactory.getThreadMXBean();
    return task ->
        thread.execute(() -> {
          long before = threads.getCurrentThreadCpuTime();
          task.run();
          cpu.set(threads.getCurrentThreadCpuTime() - before);
        });
  }

  private static void read(
      HostUsageService service, ScheduledExecutorService loop, BenchCgroups cgroups)
      throws IOException, InterruptedException {
    var done = new CompletableFuture<Integer>();
    loop.execute(() -> service.read(reading -> done.complete(reading.size())));
    try {
      if (done.get() != cgroups.sandboxes().size()) {
        throw new IOException("a reading is not complete");
      }
    } catch (ExecutionException e) {
      throw new IOException(e);
    }
  }
}
