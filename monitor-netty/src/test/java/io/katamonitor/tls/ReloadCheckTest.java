package io.katamonitor.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReloadCheckTest {
  private final ManualLoop loop = new ManualLoop();
  private final List<String> events = new ArrayList<>();
  private final ReloadCheck reload = new ReloadCheck(loop, () -> events.add("check"));

  private void call(String caller) {
    reload.whenChecked(loop.eventLoop(), () -> events.add(caller));
  }

  @Test
  void callerContinuesOnceTheFilesWereChecked() {
    call("a");
    assertThat(events).isEmpty();
    loop.work();
    assertThat(events).containsExactly("check", "a");
  }

  /** A file may have changed after the running check read it. */
  @Test
  void callerDuringACheckWaitsForTheNext() {
    call("a");
    call("b");
    call("c");
    loop.work();
    assertThat(events).containsExactly("check", "a");
    loop.work();
    assertThat(events).containsExactly("check", "a", "check", "b", "c");
    assertThat(loop.tasks()).isZero();
  }

  @Test
  void hungFilesDelayNoCallerLongerThanTheDeadline() {
    call("a");
    call("b");
    loop.pass(ReloadCheck.DEADLINE.minusMillis(1));
    assertThat(events).isEmpty();
    loop.pass(Duration.ofMillis(1));
    assertThat(events).containsExactly("a", "b");
    call("c");
    assertThat(events).containsExactly("a", "b", "c");
    assertThat(loop.tasks()).isEqualTo(1);
  }

  @Test
  void checkThatEndsLateIsFollowedByOthers() {
    call("a");
    loop.pass(ReloadCheck.DEADLINE);
    loop.work();
    call("b");
    assertThat(events).containsExactly("a", "check");
    loop.work();
    assertThat(events).containsExactly("a", "check", "check", "b");
  }

  @Test
  void boundedNumberOfCallersWaits() {
    call("first");
    for (int i = 0; i < ReloadCheck.MAX_WAITING; i++) {
      call("waiting");
    }
    assertThat(events).isEmpty();
    call("one more");
    assertThat(events).containsExactly("one more");
  }

  @Test
  void rejectedTaskCompletesAllCallers() {
    loop.stopWorker();
    call("a");
    call("b");
    assertThat(events).containsExactly("a", "b");
  }

  @Test
  void exceptionOfACheckCompletesAllCallers() {
    var broken =
        new ReloadCheck(
            task ->
                loop.execute(() -> {
                  try {
                    task.run();
                  } catch (IllegalStateException thrown) {
                    events.add("thrown");
                  }
                }),
            () -> {
              throw new IllegalStateException("thrown by a check");
            });
    broken.whenChecked(loop.eventLoop(), () -> events.add("a"));
    loop.work();
    assertThat(events).containsExactly("thrown", "a");
  }

  @Test
  void exceptionOfACallerDoesNotBlockTheOthers() {
    reload.whenChecked(
        loop.eventLoop(),
        () -> {
          throw new IllegalStateException("thrown by a caller");
        });
    call("a");
    loop.work();
    loop.work();
    assertThat(events).containsExactly("check", "check", "a");
  }
}
