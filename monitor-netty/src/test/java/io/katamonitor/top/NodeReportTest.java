package io.katamonitor.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NodeReportTest {
  @Test
  void sumsIncludeKnownValues() throws Exception {
    var report =
        new SandboxesDocument()
            .running("a", "a", 0.5, 100)
            .unknown("b")
            .running("c", "c", 0.25, 200)
            .report();

    assertThat(report.cpuCores()).isEqualTo(0.75);
    assertThat(report.memoryBytes()).isEqualTo(300);
    assertThat(report.count("running")).isEqualTo(2);
  }

  @Test
  void sumOfNothingIsNotKnown() throws Exception {
    var report = new SandboxesDocument().unknown("b").report();

    assertThat(report.cpuCores()).isNaN();
    assertThat(report.memoryBytes()).isNaN();
  }

  @Test
  void ratesAreMissingIfOnlyMemoryIsKnown() throws Exception {
    assertThat(new SandboxesDocument().failing("f", "f", "e").report().lacksRates()).isTrue();
    assertThat(new SandboxesDocument().running("a", "a", 0, 1).report().lacksRates()).isFalse();
    assertThat(new SandboxesDocument().unknown("u").report().lacksRates()).isFalse();
    assertThat(new SandboxesDocument().remote("r", 64).report().lacksRates()).isFalse();
    assertThat(new SandboxesDocument().report().lacksRates()).isFalse();
  }

  @Test
  void agesCountFromTheMonitorsClock() throws Exception {
    var report = new SandboxesDocument().report();

    assertThat(report.age(Instant.parse("2026-11-28T11:59:00Z"))).isEqualTo(Duration.ofMinutes(1));
    assertThat(report.age(null)).isNull();
  }
}
