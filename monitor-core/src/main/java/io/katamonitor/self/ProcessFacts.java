package io.katamonitor.self;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * What the kernel knows of this process (proc(5)); upstream's series. These files are made by the
 * kernel as they are read: no disk is waited for.
 */
final class ProcessFacts {
  /** {@code sysconf(_SC_CLK_TCK)}: 100 for every user of Linux. */
  private static final long TICK_NANOS = 10_000_000;

  private static final String NONE = "18446744073709551615";

  private final byte[] buffer = new byte[8192];
  private long startMillis;
  private String maxFds = "0";
  private String maxVirtual = NONE;

  /** Writes what can be read; without a file descriptor left, nothing (SPEC 4.6). */
  void writeTo(ExpositionText out) {
    String stat;
    String status;
    try {
      stat = read("/proc/self/stat");
      status = read("/proc/self/status");
      if (startMillis == 0) {
        readOnce(Long.parseLong(fields(stat)[19]) * TICK_NANOS / 1_000_000);
      }
    } catch (IOException e) {
      return;
    }
    String[] fields = fields(stat);
    long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);

    sample(
            out,
            "kata_monitor_process_cpu_seconds_total",
            "counter",
            "Total user and system CPU time spent in seconds.")
        .seconds(ticks * TICK_NANOS)
        .text("\n");
    gauge(out, "max_fds", "Maximum number of open file descriptors.").text(maxFds).text("\n");
    long openFds = openFds();
    if (openFds >= 0) {
      gauge(out, "open_fds", "Number of open file descriptors.").number(openFds).text("\n");
    }
    gauge(out, "resident_memory_bytes", "Resident memory size in bytes.")
        .number(kilobytes(status, "\nVmRSS:"))
        .text("\n");
    gauge(out, "start_time_seconds", "Start time of the process since unix epoch in seconds.")
        .seconds(startMillis * 1_000_000)
        .text("\n");
    gauge(out, "virtual_memory_bytes", "Virtual memory size in bytes.")
        .number(kilobytes(status, "\nVmSize:"))
        .text("\n");
    gauge(out, "virtual_memory_max_bytes", "Maximum amount of virtual memory available in bytes.")
        .text(maxVirtual)
        .text("\n");
  }

  /** The fields after {@code pid (comm)}: the name may hold blanks and parentheses. */
  private static String[] fields(String stat) {
    return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
  }

  private static ExpositionText gauge(ExpositionText out, String name, String help) {
    return sample(out, "kata_monitor_process_" + name, "gauge", help);
  }

  private static ExpositionText sample(ExpositionText out, String name, String type, String help) {
    out.family(name, type, help);
    return out.text(name).text(" ");
  }

  private void readOnce(long startSinceBootMillis) throws IOException {
    String uptime = read("/proc/uptime");
    double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
    String limits = read("/proc/self/limits");
    startMillis = Instant.now().toEpochMilli() - (long) (seconds * 1000) + startSinceBootMillis;
    maxFds = softLimit(limits, "\nMax open files", maxFds);
    maxVirtual = softLimit(limits, "\nMax address space", NONE);
  }

  private static String softLimit(String limits, String name, String otherwise) {
    String word = wordBehind(limits, name);
    return word.isEmpty() || word.equals("unlimited") ? otherwise : word;
  }

  private static long kilobytes(String status, String name) {
    String word = wordBehind(status, name);
    return word.isEmpty() ? 0 : Long.parseLong(word) * 1024;
  }

  private static String wordBehind(String text, String name) {
    int at = text.indexOf(name);
    if (at < 0) {
      return "";
    }
    int begin = at + name.length();
    while (begin < text.length() && text.charAt(begin) <= ' ') {
      begin++;
    }
    int end = begin;
    while (end < text.length() && text.charAt(end) > ' ') {
      end++;
    }
    return text.substring(begin, end);
  }

  /** Negative where they cannot be counted. */
  private static long openFds() {
    String[] open = new File("/proc/self/fd").list();
    return open == null ? -1 : open.length - 1L; // One of them is the folder being listed.
  }

  private String read(String file) throws IOException {
    try (var in = new FileInputStream(file)) {
      return new String(buffer, 0, in.readNBytes(buffer, 0, buffer.length), StandardCharsets.UTF_8);
    }
  }
}
