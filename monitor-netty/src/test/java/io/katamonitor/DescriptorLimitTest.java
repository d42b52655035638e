package io.katamonitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorLimitTest {
  @Test
  void theSoftLimitIsTheFirstNumberOfItsLine() {
    assertThat(
            DescriptorLimit.soft(
                """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             95949                95949                processes
                Max open files            1024                 524288               files
                """))
        .isEqualTo(1024);
    assertThat(DescriptorLimit.soft("x\nMax open files            unlimited   1024  files\n"))
        .isEqualTo(Long.MAX_VALUE);
    assertThat(DescriptorLimit.soft("")).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void connectionsShimsAndListenersCount() {
    int usual = DescriptorLimit.needed(RunningDaemon.configuration());

    assertThat(usual).isEqualTo(512 + 8 + 16 + 2 * 64 + 1 + 64).isLessThan(1024);
    assertThat(
            DescriptorLimit.needed(
                RunningDaemon.configuration(
                    "-max-concurrent-shims=164", "-listen-address=:1", "-listen-address=:2")))
        .isEqualTo(usual + 200 + 1);
  }

  @Test
  void aLowLimitIsOneWarningWithTheNumberNeeded(@TempDir Path directory) throws Exception {
    try (var monitor =
        MonitorProcess.startWithLimitOfOpenFiles(400, directory, "-listen-address=127.0.0.1:0")) {
      monitor.awaitPort();
      assertThat(monitor.err().lines().filter(line -> line.contains("level=warning")))
          .singleElement()
          .asString()
          .contains("(nofile)", " limit=400 ", " needed=729");
    }
    try (var monitor =
        MonitorProcess.startWithLimitOfOpenFiles(1024, directory, "-listen-address=127.0.0.1:0")) {
      monitor.awaitPort();
      assertThat(monitor.err()).doesNotContain("level=warning");
    }
  }
}
