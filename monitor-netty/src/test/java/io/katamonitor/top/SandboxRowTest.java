package io.katamonitor.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SandboxRowTest {
  private static final List<SandboxRow> ROWS = rows();

  private static List<SandboxRow> rows() {
    try {
      return new SandboxesDocument()
          .running("r1", "web", 0.5, 512 << 20)
          .failing("f1", "db", "Refused")
          .unknown("u1")
          .report()
          .sandboxes();
    } catch (MonitorException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void podWithoutANameIsShownByItsId() {
    assertThat(ROWS)
        .extracting(SandboxRow::pod)
        .containsExactly("default/web", "default/db", "(u1)");
  }

  @Test
  void limitCountsInLayoutPodOnly() {
    assertThat(ROWS.get(0).limitUsed()).isEqualTo(0.5);
    assertThat(ROWS.get(1).limitUsed()).isNaN();
    assertThat(ROWS.get(2).limitUsed()).isNaN();
  }

  @Test
  void machineIsRuntimeAndHypervisor() {
    assertThat(ROWS)
        .extracting(SandboxRow::machine)
        .containsExactly("go/qemu", "runtime-rs/dragonball", "");
  }

  @Test
  void troubleComesFirst() throws Exception {
    var document = new SandboxesDocument();
    for (var state :
        List.of("running", "not_scraped", "starting", "new", "backoff", "failing", "stuck")) {
      document.add("{\"state\":\"" + state + "\"}");
    }
    assertThat(document.report().sandboxes())
        .extracting(SandboxRow::severity)
        .containsExactly(6, 5, 4, 3, 2, 1, 0);
    assertThat(document.report().sandboxes())
        .extracting(SandboxRow::isInTrouble)
        .containsExactly(false, false, false, false, true, true, true);
  }

  @Test
  void filterMatchesEveryText() {
    var failing = ROWS.get(1);
    for (var text :
        List.of("f1", "default/db", "dragonball", "runtime-rs/d", "fail", "timeout", "refused")) {
      assertThat(failing.contains(text)).as(text).isTrue();
    }
    assertThat(failing.contains("web")).isFalse();
    assertThat(ROWS.get(0).contains("kata")).as("handler").isTrue();
  }
}
