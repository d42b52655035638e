package io.katamonitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.SandboxState;
import io.katamonitor.scrape.SandboxStatus;
import java.time.Instant;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class StatusTextTest {
  @Test
  void runningSandboxHasNoText() {
    assertThat(StatusText.of(new SandboxStatus(SandboxState.RUNNING, null, null, Instant.EPOCH)))
        .isNull();
  }

  @Test
  void everyOtherStateAndReasonHasItsOwnText() {
    var texts = new HashSet<String>();
    for (var state : SandboxState.values()) {
      texts.add("" + StatusText.of(new SandboxStatus(state, null, null, Instant.EPOCH)));
    }
    for (var reason : FailureReason.values()) {
      var text =
          StatusText.of(new SandboxStatus(SandboxState.FAILING, reason, "detail", Instant.EPOCH));
      assertThat(text).endsWith(": detail");
      texts.add(text);
    }
    assertThat(texts).hasSize(SandboxState.values().length + FailureReason.values().length);
  }
}
