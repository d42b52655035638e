package io.katamonitor.soak;

import io.katamonitor.sandbox.DirectoryScrapePolicy;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Resources of the idle monitor.
 *
 * @param heap bytes, after a full collection
 * @param direct bytes that Netty has allocated, including the pages of responses
 * @param resident bytes
 * @param mostResident peak bytes since its start
 */
record ProcessStats(
    long heap, long direct, long resident, long mostResident, int descriptors, int threads) {
  private static final long MIB = 1 << 20;

  // Permitted growth after any number of scrapes: less than a hundred leaked scrapes would hold.

  /** Templates and histories of the current sandboxes, which are others than before. */
  private static final long MORE_HEAP = MIB;

  /** Pages that slow clients held at the same time; they are freed 40 s after the last scrape. */
  private static final long MORE_DIRECT = 8 * MIB;

  /**
   * Both of these, code compiled and classes loaded in the first minute, and free lists of the C
   * library.
   */
  private static final long MORE_RESIDENT = 24 * MIB;

  /** The threads that read state files: they start on demand and end after 5 idle minutes. */
  private static final int MORE_THREADS = DirectoryScrapePolicy.MAX_THREADS;

  /** A request whose response has started and does not end is held for 70 s. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(80);

  private static final Pattern HEAP_USED = Pattern.compile("total [0-9]+K, used ([0-9]+)K");
  private static final Pattern DIRECT =
      Pattern.compile("(?m)^kata_monitor_direct_memory_used_bytes ([0-9]+)$");

  /**
   * Measures once the monitor is idle.
   *
   * @param descriptors number when it was idle before, to which it must return within a time limit
   */
  static ProcessStats atRest(Monitor monitor, int descriptors)
      throws IOException, InterruptedException {
    long direct = direct(monitor);
    long end = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (descriptors(monitor) > descriptors && System.nanoTime() - end < 0) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    jcmd(monitor, "GC.run");
    long heap = 0;
    for (var used = HEAP_USED.matcher(jcmd(monitor, "GC.heap_info")); used.find(); ) {
      heap += Long.parseLong(used.group(1)) * 1024;
    }
    return new ProcessStats(
        heap,
        direct,
        resident(monitor),
        mostResident(monitor),
        descriptors(monitor),
        (int) status(monitor, "Threads:"));
  }

  private static long direct(Monitor monitor) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(monitor.uri("/metrics")).build();
      var text = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      var used = DIRECT.matcher(text);
      if (!used.find()) {
        throw new IOException("no direct memory in the response");
      }
      return Long.parseLong(used.group(1));
    }
  }

  private static int descriptors(Monitor monitor) throws IOException {
    try (var open = Files.list(Path.of("/proc", Long.toString(monitor.pid()), "fd"))) {
      return (int) open.count();
    }
  }

  /** Resident bytes. */
  static long resident(Monitor monitor) throws IOException {
    return status(monitor, "VmRSS:") * 1024;
  }

  /** Peak resident bytes since its start. */
  static long mostResident(Monitor monitor) throws IOException {
    return status(monitor, "VmHWM:") * 1024;
  }

  private static long status(Monitor monitor, String field) throws IOException {
    for (var line : Files.readAllLines(Path.of("/proc", Long.toString(monitor.pid()), "status"))) {
      if (line.startsWith(field)) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("no " + field);
  }

  private static String jcmd(Monitor monitor, String command)
      throws IOException, InterruptedException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var process =
        new ProcessBuilder(jcmd, Long.toString(monitor.pid()), command)
            .redirectErrorStream(true)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("jcmd " + command + ": " + said);
    }
    return said;
  }

  /**
   * Describes all growth beyond what is permitted since {@code warm} or, for numbers that must
   * return, since {@code start}.
   */
  List<String> growth(ProcessStats start, ProcessStats warm) {
    var growth = new ArrayList<String>();
    more(growth, "heap", warm.heap + MORE_HEAP, heap);
    more(growth, "direct memory", warm.direct + MORE_DIRECT, direct);
    more(growth, "resident memory", warm.resident + MORE_RESIDENT, resident);
    more(growth, "descriptors", start.descriptors, descriptors);
    more(growth, "threads", start.threads + MORE_THREADS, threads);
    return growth;
  }

  private static void more(List<String> growth, String what, long most, long is) {
    if (is > most) {
      growth.add(what + ": " + is + " at the end, " + most + " would be as it was");
    }
  }

  /** The figures side by side, one per line. */
  static String table(
      String first, ProcessStats a, String second, ProcessStats b, String third, ProcessStats c) {
    return String.format(Locale.ROOT, "%-22s%12s%12s%12s%n", "at rest", first, second, third)
        + row("heap after GC, MiB", mib(a.heap), mib(b.heap), mib(c.heap))
        + row("direct memory, MiB", mib(a.direct), mib(b.direct), mib(c.direct))
        + row("resident, MiB", mib(a.resident), mib(b.resident), mib(c.resident))
        + row("most resident, MiB", mib(a.mostResident), mib(b.mostResident), mib(c.mostResident))
        + row("descriptors", a.descriptors, b.descriptors, c.descriptors)
        + row("threads", a.threads, b.threads, c.threads);
  }

  private static String row(String name, Object... cells) {
    return String.format(Locale.ROOT, "%-22s%12s%12s%12s%n", name, cells[0], cells[1], cells[2]);
  }

  private static String mib(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / (double) MIB);
  }
}
