package io.katamonitor.selfmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMetricsTest {
  private static final String P = "kata_monitor_process_";

  @TempDir private Path proc;

  @BeforeEach
  void writeFiles() throws IOException {
    Files.createDirectories(proc.resolve("self/fd"));
    for (int i = 0; i < 5; i++) {
      Files.createFile(proc.resolve("self/fd/" + i));
    }
    write(
        "self/stat",
        "7 (a (b) c) S 1 1 1 0 -1 4194560 1 2 3 4 250 50 5 6 20 0 12 0 1000 4096 100 0\n");
    write("self/status", "Name:\tx\nVmPeak:\t 9 kB\nVmSize:\t     200 kB\nVmRSS:\t 100 kB\n");
    write(
        "self/limits",
        """
        Limit                     Soft Limit           Hard Limit           Units
        Max open files            1024                 4096                 files
        Max address space         unlimited            unlimited            bytes
        """);
    write("uptime", "100.50 350.00\n");
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(proc.resolve(file), text);
  }

  private List<String> samples(ProcessMetrics metrics) {
    return OwnSeriesText.lines(body -> metrics.writeTo(body, new OwnSeriesWriter())).stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  private List<String> samples() {
    return samples(new ProcessMetrics(proc.toString()));
  }

  @Test
  void readsAllSeries() {
    assertThat(samples())
        .hasSize(7)
        .contains(
            P + "cpu_seconds_total 3.000000000",
            P + "max_fds 1024",
            P + "open_fds 4",
            P + "resident_memory_bytes 102400",
            P + "virtual_memory_bytes 204800",
            P + "virtual_memory_max_bytes 18446744073709551615")
        .anyMatch(line -> line.matches(P + "start_time_seconds [1-9][0-9]{9}\\.[0-9]{9}"));
  }

  @Test
  void seriesWhoseFileIsAbsentIsLeftOut() throws Exception {
    var all = samples();
    for (var file : List.of("uptime", "self/limits", "self/status", "self/stat")) {
      Files.delete(proc.resolve(file));
      var left = samples();
      assertThat(left).hasSizeLessThan(all.size());
      all = left;
    }
    assertThat(all).containsExactly(P + "open_fds 4");
    assertThat(samples(new ProcessMetrics(proc + "/nowhere"))).isEmpty();
  }

  /** As under {@code subset=pid}, if the file was readable before. */
  @Test
  void startTimeIsFoundOnce() throws Exception {
    var metrics = new ProcessMetrics(proc.toString());
    var before = samples(metrics);
    Files.delete(proc.resolve("uptime"));

    assertThat(samples(metrics)).isEqualTo(before);
  }

  @Test
  void filesThatAreShorterThanExpectedLeaveTheirSeriesOut() throws Exception {
    write("self/stat", "7 (x) S 1 2 3\n");
    write("self/status", "Name:\tx\nVmRSS:");
    write("self/limits", "");

    assertThat(samples()).containsExactly(P + "open_fds 4");
  }
}
