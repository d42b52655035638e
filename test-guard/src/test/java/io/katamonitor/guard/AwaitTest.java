package io.katamonitor.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
  @Test
  void returnsOnceTheConditionIsMet() throws Exception {
    var checks = new AtomicInteger();
    Await.until("three checks", () -> checks.incrementAndGet() == 3);
    assertThat(checks).hasValue(3);
  }

  @Test
  void namesWhatWasNotMetInTime() {
    assertThatThrownBy(() -> Await.until("the end of time", Duration.ZERO, () -> false))
        .isInstanceOf(AssertionError.class)
        .hasMessage("not within 0 s: the end of time");
  }

  @Test
  void conditionThatIsMetAtOnceNeedsNoTime() throws Exception {
    Await.until("now", Duration.ZERO, () -> true);
  }

  @Test
  void exceptionOfTheConditionEndsTheWait() {
    assertThatThrownBy(() ->
            Await.until(
                "a response",
                () -> {
                  throw new IOException("reset");
                }))
        .isInstanceOf(IOException.class)
        .hasMessage("reset");
  }
}
