package io.katamonitor.soak;

import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import io.katamonitor.sim.SimulatedSandbox;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * A node of 100 honest sandboxes and some hostile ones, which 40 readers scrape all the time, with
 * the monitor in a memory cgroup with the limit of the chart. One of the readers represents
 * Prometheus: it must always get a whole response with every honest sample within 10 s. Requires
 * root.
 */
public final class Attack implements AutoCloseable {
  /** The time from a request to the end of its response that must stay below 10 s. */
  public enum Seconds {
    /** Wall time: for an idle machine. */
    ELAPSED,
    /**
     * CPU time of the whole monitor: for any machine. Shims have 6 s instead of 3 then, because of
     * other load.
     */
    CPU;

    private String scrapeTimeout() {
      return this == CPU ? "6s" : "3s";
    }
  }

  /** The chart's limit of the container. */
  private static final long LIMIT_BYTES = 300L << 20;

  /** Resident memory of the process, which docs/operations.md promises. */
  private static final long MAX_RESIDENT_BYTES = 250L << 20;

  private static final int HONEST = 100;
  private static final int OTHER_READERS = 39;
  private static final int FORMATS = 4;

  /** Pause between two scrapes of the checked reader. */
  private static final long PAUSE_MILLIS = 500;

  /** Time in which all hostile sandboxes get new bodies. */
  private static final long ROUND_MILLIS = 6_000;

  private final Findings findings = new Findings();
  private final AtomicBoolean isOver = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, Integer> outcomes = new ConcurrentHashMap<>();
  private final StringBuilder curve = new StringBuilder();
  private final MemoryLimit limit;
  private final SimulatedNode node;
  private final List<SimulatedSandbox> hostile;
  private final Set<String> honest;
  private final String healthy;
  private final SampleCount whole;
  private final Monitor monitor;
  private final Seconds limited;
  private int scrapes;
  private double slowest;
  private double slowestCpu;

  private Attack(Path home, int hostileCount, Seconds limited) throws IOException {
    this.limited = limited;
    limit = MemoryLimit.of(LIMIT_BYTES);
    node = SimulatedNode.start();
    var good = node.addSandboxes(HONEST, Layout.GO);
    honest = good.stream().map(SimulatedSandbox::id).collect(Collectors.toSet());
    healthy = new String(good.getFirst().currentBody(), StandardCharsets.UTF_8);
    whole =
        TextCheck.raw(
            new ByteArrayInputStream(healthy.getBytes(StandardCharsets.UTF_8)), List.of());
    hostile = node.addSandboxes(hostileCount, Layout.GO);
    monitor =
        Monitor.start(
            home,
            List.of(
                "-sandboxes-path=" + node.root(Layout.GO),
                "-runtime-endpoint=" + node.cri().socket(),
                "-scrape-timeout=" + limited.scrapeTimeout(),
                "-cgroup-root="),
            limit.command(),
            List.of());
  }

  /**
   * Runs it.
   *
   * @param home of the project, which is built
   * @param hostile number of hostile sandboxes
   * @param scrapes of the checked reader, which takes the four formats in turn
   * @param limited which time of a scrape is limited
   */
  public static Soak.Report run(Path home, int hostile, int scrapes, Seconds limited)
      throws IOException, InterruptedException {
    System.out.printf(
        "soak: attack by %d hostile sandboxes beside %d honest ones, %d readers, %d scrapes%n",
        hostile, HONEST, OTHER_READERS + 1, scrapes);
    try (var attack = new Attack(home, hostile, limited)) {
      attack.monitor.awaitListening();
      attack.awaitHonest();
      attack.begin();
      for (int i = 0; i < scrapes; i++) {
        attack.scrape(i);
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
      attack.end();
      return attack.report();
    }
  }

  /**
   * Scrapes without an attack until each format has all honest sandboxes twice in a row: a monitor
   * that has just started on a busy machine needs more than 3 s for its first scrape.
   */
  private void awaitHonest() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    for (int whole = 0; whole < 2 * FORMATS; ) {
      var reader = checkedReader(whole);
      whole = hasAll(samples(reader, reader.read(monitor.port()))) ? whole + 1 : 0;
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("the honest sandboxes are not found");
      }
    }
  }

  private boolean hasAll(Map<String, SampleCount> had) {
    return had.keySet().containsAll(honest);
  }

  private void begin() {
    for (int i = 0; i < hostile.size(); i++) {
      hostile.get(i).fault(AttackBody.of(i).fault(i, 0, healthy));
    }
    for (int i = 0; i < OTHER_READERS; i++) {
      int number = i;
      threads.add(Thread.ofVirtual().start(() -> read(number)));
    }
    threads.add(Thread.ofPlatform().daemon().start(this::renew));
    threads.add(Thread.ofPlatform().daemon().start(this::watch));
  }

  /** Runs one of the other readers in a loop. */
  private void read(int number) {
    var reader = AttackReader.others(number);
    while (!isOver.get()) {
      String outcome;
      try {
        outcome = reader.discard(monitor.port()) ? "read" : "empty";
        TimeUnit.MILLISECONDS.sleep(500 + 37L * number);
      } catch (IOException e) {
        outcome = String.valueOf(e.getMessage());
      } catch (InterruptedException e) {
        return;
      }
      outcomes.merge(
          (reader.bytesPerSecond() > 0 ? "slow: " : "fast: ") + outcome, 1, Integer::sum);
    }
  }

  /** Gives the hostile sandboxes new bodies, one after the other. */
  private void renew() {
    try {
      for (int round = 1; !isOver.get(); round++) {
        for (int i = 0; i < hostile.size() && !isOver.get(); i++) {
          hostile.get(i).fault(AttackBody.of(i).fault(i, round, healthy));
          TimeUnit.MILLISECONDS.sleep(ROUND_MILLIS / hostile.size());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Records the resident memory each second. */
  private void watch() {
    try {
      while (!isOver.get() && monitor.isAlive()) {
        curve.append(ProcessStats.resident(monitor) >> 20).append(' ');
        TimeUnit.SECONDS.sleep(1);
      }
    } catch (IOException e) {
      findings.add("resident memory: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A scrape of the reader that represents Prometheus. */
  private void scrape(int number) {
    var reader = checkedReader(number);
    var name =
        (reader.isProtobuf() ? "protobuf" : "text") + (reader.isGzip() ? " gzip" : "") + " scrape ";
    long began = System.nanoTime();
    double cpuBegan = monitor.cpuSeconds();
    try {
      var content = reader.read(monitor.port());
      double seconds = (System.nanoTime() - began) / 1e9;
      double cpu = monitor.cpuSeconds() - cpuBegan;
      scrapes++;
      slowest = Math.max(slowest, seconds);
      slowestCpu = Math.max(slowestCpu, cpu);
      System.out.printf(
          Locale.ROOT,
          "  %s%d: %.2f s, CPU of the monitor %.2f s, %d bytes%n",
          name,
          number,
          seconds,
          cpu,
          content.length);
      if ((limited == Seconds.CPU ? cpu : seconds) > AttackReader.TIMEOUT_SECONDS) {
        findings.add("%s%d took %.1f s, CPU %.1f s".formatted(name, number, seconds, cpu));
      }
      check(name + number, reader, content);
    } catch (IOException e) {
      double seconds = (System.nanoTime() - began) / 1e9;
      findings.add("%s%d after %.1f s: %s".formatted(name, number, seconds, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The four formats in turn. */
  private static AttackReader checkedReader(int number) {
    return new AttackReader("", number % 2 == 1, number % FORMATS >= 2, 0);
  }

  private static Map<String, SampleCount> samples(AttackReader reader, byte[] content)
      throws IOException {
    InputStream in = new ByteArrayInputStream(content);
    if (reader.isGzip()) {
      in = new GZIPInputStream(in, 1 << 16);
    }
    return reader.isProtobuf() ? ProtobufCheck.merged(in) : TextCheck.merged(in);
  }

  private void check(String name, AttackReader reader, byte[] content) throws IOException {
    var had = samples(reader, content);
    for (var id : honest) {
      var tally = had.getOrDefault(id, new SampleCount());
      if (reader.isProtobuf() ? tally.samples != whole.samples : !tally.isSameAs(whole)) {
        findings.add(
            "%s: %d of %d samples of the honest sandbox %s"
                .formatted(name, tally.samples, whole.samples, id));
      }
    }
  }

  private void end() throws InterruptedException {
    isOver.set(true);
    for (var thread : threads) {
      thread.interrupt();
      thread.join();
    }
  }

  private Soak.Report report() throws IOException {
    long resident = ProcessStats.mostResident(monitor);
    if (!monitor.isAlive()) {
      findings.add("the monitor has ended");
    }
    if (resident >= MAX_RESIDENT_BYTES) {
      findings.add("resident: " + (resident >> 20) + " MiB");
    }
    if (limit.killed() > 0) {
      findings.add("the kernel killed " + limit.killed() + " processes");
    }
    // Shims whose responses have no end are stuck after 70 s.
    monitor.complaints().stream()
        .filter(
            line -> !line.contains("sandbox is stuck") || honest.stream().anyMatch(line::contains))
        .forEach(line -> findings.add("log: " + line));
    long failing =
        monitor.log().stream()
            .filter(line -> line.contains("sandbox is failing"))
            .filter(line -> honest.stream().anyMatch(line::contains))
            .count();
    var text = new StringBuilder();
    Soak.line(text, "slowest scrape, s", String.format(Locale.ROOT, "%.2f", slowest));
    Soak.line(text, "most CPU in one, s", String.format(Locale.ROOT, "%.2f", slowestCpu));
    Soak.line(text, "most resident, MiB", resident >> 20);
    Soak.line(text, "resident, MiB, by s", curve);
    Soak.line(text, "most in the cgroup, MiB", limit.mostBytes() >> 20);
    Soak.line(text, "honest that failed", failing);
    Soak.line(text, "other readers", outcomes);
    return Soak.report(scrapes, text, findings);
  }

  @Override
  public void close() throws IOException {
    isOver.set(true);
    threads.forEach(Thread::interrupt);
    monitor.close();
    node.close();
    limit.close();
  }
}
