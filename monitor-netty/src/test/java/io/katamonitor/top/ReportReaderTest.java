package io.katamonitor.top;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportReaderTest {
  private static NodeReport read(String json) throws MonitorException {
    return ReportReader.read(json.getBytes(UTF_8));
  }

  @Test
  void everythingOfARunningSandbox() throws Exception {
    var report = new SandboxesDocument().running("abc", "web", 0.25, 512 << 20).report();

    assertThat(report.time()).isEqualTo(Instant.parse(SandboxesDocument.TIME));
    assertThat(report.version()).isEqualTo("1.2.3");
    assertThat(report.lastScrape()).isEqualTo("2026-11-28T11:59:50Z");
    assertThat(report.warnings()).isEmpty();
    assertThat(report.sandboxes())
        .containsExactly(
            new SandboxRow(
                "abc",
                "go",
                "qemu",
                "kata",
                "default",
                "web",
                "running",
                "",
                "",
                "",
                Instant.parse("2026-11-28T10:00:00Z"),
                Instant.parse("2026-11-28T09:00:00Z"),
                Instant.parse("2026-11-28T11:59:57Z"),
                0.0123,
                1024,
                "pod",
                0.25,
                512 << 20,
                1 << 30,
                1 << 20));
  }

  /** As on the page. */
  @Test
  void memoryOfARemoteSandboxIsThatInItsGuest() throws Exception {
    var report = new SandboxesDocument().remote("r", 64).running("a", "a", 1, 100).report();

    assertThat(report.sandboxes()).extracting(SandboxRow::memoryBytes).containsExactly(64.0, 100.0);
    assertThat(report.memoryBytes()).isEqualTo(164);
  }

  @Test
  void absentOrInvalidNumberIsUnknown() throws Exception {
    var row =
        new SandboxesDocument()
            .add("{\"id\":\"a\",\"cpuCores\":null,\"created\":\"yesterday\",\"state\":7}")
            .report()
            .sandboxes()
            .getFirst();

    assertThat(row.cpuCores()).isNaN();
    assertThat(row.memoryBytes()).isNaN();
    assertThat(row.created()).isNull();
    assertThat(row.state()).isEmpty();
  }

  @Test
  void problemsOfTheNodeAreWarnings() throws Exception {
    var report = new SandboxesDocument().withLostRuntime().withUnreadableRoot().report();

    assertThat(report.warnings())
        .containsExactly(
            "The container runtime does not respond at /run/cri.sock: pods of new sandboxes are unknown.",
            "The storage root /run/kata cannot be read: Permission denied.");
  }

  @Test
  void longTextsAreCut() throws Exception {
    var report = new SandboxesDocument().failing("a", "p".repeat(600), "e").report();

    assertThat(report.sandboxes().getFirst().name()).isEqualTo("p".repeat(512) + "...");
  }

  @Test
  void sandboxesAreLimited() throws Exception {
    var document = new SandboxesDocument();
    for (int i = 1; i < ReportReader.MAX_SANDBOXES; i++) {
      document.unknown("id" + i);
    }
    assertThat(document.report().sandboxes()).hasSize(1_999);

    document.unknown("one-more");
    assertThatExceptionOfType(MonitorException.class)
        .isThrownBy(document::report)
        .withMessage("it has 2000 sandboxes or more: too many for this table");
  }

  @Test
  void warningsAreLimited() throws Exception {
    var roots =
        "{\"path\":\"r\",\"state\":\"deleted\"},".repeat(20)
            + "{\"path\":\"r\",\"state\":\"absent\"}";
    var json = new SandboxesDocument().toString();
    var report =
        read(json.replaceFirst("\"storageRoots\":\\[", "\"storageRoots\":[" + roots + ","));

    assertThat(report.warnings())
        .hasSize(ReportReader.MAX_WARNINGS)
        .containsOnly("The storage root r is lost.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "id1\nid2\n", "[]", "{\"schemaVersion\":1", "{\"sandboxes\":[1]}"})
  void otherResponsesAreNotJson(String body) {
    assertThatExceptionOfType(MonitorException.class)
        .isThrownBy(() -> read(body))
        .withMessageStartingWith("its response is not JSON: ");
  }

  @Test
  void otherSchemaVersionsAreReported() {
    assertThatExceptionOfType(MonitorException.class)
        .isThrownBy(() -> read("{\"schemaVersion\":2}"))
        .withMessage(
            "its response has schemaVersion 2, this program reads 1: use the same version of both");
    assertThatExceptionOfType(MonitorException.class)
        .isThrownBy(() -> read("{}"))
        .withMessageStartingWith("its response has schemaVersion none");
    assertThatExceptionOfType(MonitorException.class)
        .isThrownBy(() -> read("{\"schemaVersion\":1}"))
        .withMessage("its response has no time");
  }
}
