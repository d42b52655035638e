package io.katamonitor.selfmetrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SandboxInfoSeriesTest {
  private final SandboxInfoSeries series = new SandboxInfoSeries();

  private List<String> samples(@Nullable String hypervisor, @Nullable Instant created) {
    var sandbox =
        new Sandbox(
            new SandboxId("aa"),
            ShimRuntime.RUNTIME_RS,
            Path.of("/x"),
            hypervisor,
            created,
            Pod.UNKNOWN);
    return OwnSeriesText.lines(body -> series.writeTo(sandbox, body, new OwnSeriesWriter()))
        .stream()
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  private static String info(String hypervisor) {
    return "kata_monitor_sandbox_info{runtime=\"runtime-rs\",hypervisor=\""
        + hypervisor
        + "\",handler=\"\",} 1";
  }

  @Test
  void sandboxHasInfoAndTimeOfCreation() {
    assertThat(samples("clh", Instant.ofEpochSecond(1_700_000_000, 250_000_000)))
        .containsExactly(
            "kata_monitor_sandbox_created_timestamp_seconds{} 1700000000.250000000", info("clh"));
  }

  @Test
  void unknownValueIsAbsentOrEmpty() {
    assertThat(samples(null, null)).containsExactly(info(""));
  }

  @Test
  void handlerAndCreationTimeOfTheRuntimeTakePrecedence() {
    var sandbox =
        new Sandbox(
                new SandboxId("aa"),
                ShimRuntime.GO,
                Path.of("/x"),
                "qemu",
                Instant.now(),
                Pod.UNKNOWN)
            .withPod(
                new Pod(
                    "u", "web-0", "shop", 2, "kata-\u00e9".repeat(300), Instant.ofEpochSecond(5)));

    var lines = OwnSeriesText.lines(body -> series.writeTo(sandbox, body, new OwnSeriesWriter()));

    assertThat(lines)
        .contains(
            "kata_monitor_sandbox_created_timestamp_seconds{} 5.000000000",
            "kata_monitor_sandbox_info{runtime=\"go\",hypervisor=\"qemu\",handler=\""
                + "kata-\u00e9".repeat(146)
                + "ka\",} 1");
  }

  @Test
  void nameOfTheHypervisorIsLimited() {
    for (int i = 0; i <= SandboxInfoSeries.MAX_INFOS; i++) {
      assertThat(samples("h" + i, null)).containsExactly(info("h" + i));
    }
    assertThat(samples("x".repeat(5000), null)).containsExactly(info("x".repeat(1024)));
    assertThat(samples("a\"b", null)).containsExactly(info("a\\\"b"));
  }
}
