package io.katamonitor.selfmetrics;

import static io.katamonitor.exposition.FamilyType.COUNTER;
import static io.katamonitor.exposition.FamilyType.GAUGE;

import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.template.OwnBodyBuilder;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of this process from proc(5), with the names of the Go daemon. The kernel generates these
 * files when they are read; no disk is involved. A series whose file cannot be read, as {@code
 * /proc/uptime} under {@code subset=pid}, is left out. Confined to one thread.
 */
final class ProcessMetrics implements OwnSource {
  private static final String P = "kata_monitor_process_";

  /** {@code sysconf(_SC_CLK_TCK)}: 100 on Linux. */
  private static final long TICK_NANOS = 10_000_000;

  /** The value that Go's client reports for an unlimited resource. */
  private static final String UNLIMITED = "18446744073709551615";

  private final OwnFamily cpu =
      OwnFamily.single(
          P + "cpu_seconds_total", COUNTER, "Total user and system CPU time spent in seconds.");
  private final OwnFamily maxFds =
      OwnFamily.single(P + "max_fds", GAUGE, "Maximum number of open file descriptors.");
  private final OwnFamily openFds =
      OwnFamily.single(P + "open_fds", GAUGE, "Number of open file descriptors.");
  private final OwnFamily residentMemory =
      OwnFamily.single(P + "resident_memory_bytes", GAUGE, "Resident memory size in bytes.");
  private final OwnFamily startTime =
      OwnFamily.single(
          P + "start_time_seconds",
          GAUGE,
          "Start time of the process since unix epoch in seconds.");
  private final OwnFamily virtualMemory =
      OwnFamily.single(P + "virtual_memory_bytes", GAUGE, "Virtual memory size in bytes.");
  private final OwnFamily virtualMemoryMax =
      OwnFamily.single(
          P + "virtual_memory_max_bytes",
          GAUGE,
          "Maximum amount of virtual memory available in bytes.");

  private final byte[] buffer = new byte[8192];
  private final String proc;
  private long startMillis;

  ProcessMetrics() {
    this("/proc");
  }

  /**
   * @param proc where proc(5) is mounted
   */
  ProcessMetrics(String proc) {
    this.proc = proc;
  }

  @Override
  public void writeTo(OwnBodyBuilder body, OwnSeriesWriter values) throws MemoryExhaustedException {
    // pid (comm) state ...: the name may contain blanks and parentheses.
    var stat = read("/self/stat");
    var fields = stat == null ? null : fieldsAfterName(stat);
    var status = read("/self/status");
    var limits = read("/self/limits");
    if (fields != null) {
      values.start();
      values.seconds((Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_NANOS);
      values.finish(cpu, body);
    }
    writeText(maxFds, softLimit(limits, "\nMax open files"), body, values);
    var open = new File(proc + "/self/fd").list();
    if (open != null) {
      // One of them is that of the directory being listed.
      values.write(openFds, open.length - 1L, body);
    }
    writeKilobytes(residentMemory, wordAfter(status, "\nVmRSS:"), body, values);
    if (fields != null && hasStartTime(Long.parseLong(fields[19]) * TICK_NANOS / 1_000_000)) {
      values.start();
      values.seconds(startMillis * 1_000_000);
      values.finish(startTime, body);
    }
    writeKilobytes(virtualMemory, wordAfter(status, "\nVmSize:"), body, values);
    writeText(virtualMemoryMax, softLimit(limits, "\nMax address space"), body, values);
  }

  private static String @Nullable [] fieldsAfterName(String stat) {
    int name = stat.lastIndexOf(')');
    var fields = name < 0 ? new String[0] : stat.substring(name + 2).split(" ", -1);
    return fields.length > 19 ? fields : null;
  }

  private static void writeText(
      OwnFamily family, @Nullable String value, OwnBodyBuilder body, OwnSeriesWriter values)
      throws MemoryExhaustedException {
    if (value != null) {
      values.start();
      values.text(value);
      values.finish(family, body);
    }
  }

  private static void writeKilobytes(
      OwnFamily family, @Nullable String value, OwnBodyBuilder body, OwnSeriesWriter values)
      throws MemoryExhaustedException {
    if (value != null) {
      values.write(family, Long.parseLong(value) * 1024, body);
    }
  }

  /** Whether the start time is known; it is read once. */
  private boolean hasStartTime(long sinceBootMillis) {
    var uptime = startMillis == 0 ? read("/uptime") : null;
    if (uptime != null && uptime.indexOf(' ') > 0) {
      double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
      startMillis = Instant.now().toEpochMilli() - (long) (seconds * 1000) + sinceBootMillis;
    }
    return startMillis != 0;
  }

  private static @Nullable String softLimit(@Nullable String limits, String name) {
    var word = wordAfter(limits, name);
    return "unlimited".equals(word) ? UNLIMITED : word;
  }

  private static @Nullable String wordAfter(@Nullable String text, String name) {
    int at = text == null ? -1 : text.indexOf(name);
    if (text == null || at < 0) {
      return null;
    }
    int start = at + name.length();
    while (start < text.length() && text.charAt(start) <= ' ') {
      start++;
    }
    int end = start;
    while (end < text.length() && text.charAt(end) > ' ') {
      end++;
    }
    return start == end ? null : text.substring(start, end);
  }

  private @Nullable String read(String file) {
    try (var in = new FileInputStream(proc + file)) {
      return new String(buffer, 0, in.readNBytes(buffer, 0, buffer.length), StandardCharsets.UTF_8);
    } catch (IOException _) {
      return null; // Its series are omitted.
    }
  }
}
