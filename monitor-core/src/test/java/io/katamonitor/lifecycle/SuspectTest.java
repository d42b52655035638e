package io.katamonitor.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.ListedSandbox;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuspectTest {
  private static final SandboxId ID = new SandboxId("a1");
  private static final List<ListedSandbox> READY = List.of(new ListedSandbox(ID, "u", 1, true));
  private static final List<ListedSandbox> NOT_READY =
      List.of(new ListedSandbox(ID, "u", 1, false));
  private static final List<ListedSandbox> REPLACED =
      List.of(
          new ListedSandbox(ID, "u", 1, false),
          new ListedSandbox(new SandboxId("b2"), "u", 2, true));
  private static final List<ListedSandbox> EARLIER =
      List.of(
          new ListedSandbox(new SandboxId("b2"), "u", 0, true),
          new ListedSandbox(new SandboxId("c3"), "other", 9, true));

  private final Suspect suspect =
      new Suspect(
          new Sandbox(
              ID,
              ShimRuntime.GO,
              Path.of("/x"),
              null,
              new Pod("u", "web-0", "shop", 1, "kata", null)));

  @Test
  void possibleLossIsVerifiedTenSecondsLater() {
    suspect.notice(LossReason.DIRECTORY_GONE, 5);

    assertThat(suspect.isDue(5 + Suspect.VERIFY_NANOS - 1)).isFalse();
    assertThat(suspect.isDue(5 + Suspect.VERIFY_NANOS)).isTrue();
  }

  @Test
  void directoryIsLostWhileThePodIsReady() {
    suspect.notice(LossReason.DIRECTORY_GONE, 0);
    assertThat(suspect.verify(NOT_READY, 0)).isNull();
    suspect.notice(LossReason.DIRECTORY_GONE, 0);
    assertThat(suspect.verify(List.of(), 0)).isNull();
    suspect.notice(LossReason.DIRECTORY_GONE, 0);
    assertThat(suspect.verify(EARLIER, 0)).isNull();
    suspect.notice(LossReason.DIRECTORY_GONE, 0);
    assertThat(suspect.verify(READY, 0)).isEqualTo(LossReason.DIRECTORY_GONE);
  }

  @Test
  void itIsCountedOnce() {
    suspect.notice(LossReason.SHIM_GONE, 0);
    assertThat(suspect.verify(READY, 0)).isEqualTo(LossReason.SHIM_GONE);

    suspect.notice(LossReason.DIRECTORY_GONE, 1);
    suspect.notice(LossReason.REPLACED, 1);

    assertThat(suspect.noticed()).isNull();
    assertThat(suspect.verify(REPLACED, 2)).isNull();
  }

  @Test
  void replacementThatAListingShowsIsVerifiedByAnotherOne() {
    suspect.notice(LossReason.DIRECTORY_GONE, 0);
    assertThat(suspect.verify(REPLACED, 10)).isNull();
    assertThat(suspect.noticed()).isEqualTo(LossReason.REPLACED);
    assertThat(suspect.due()).isEqualTo(10 + Suspect.VERIFY_NANOS);

    assertThat(suspect.verify(REPLACED, suspect.due())).isEqualTo(LossReason.REPLACED);
  }

  @Test
  void replacementThatIsGoneFromTheListingDoesNotCount() {
    suspect.notice(LossReason.REPLACED, 0);

    assertThat(suspect.verify(NOT_READY, 10)).isNull();
  }

  @Test
  void vanishedDirectorySupersedesARefusingSocketAndAReplacementBoth() {
    suspect.notice(LossReason.SHIM_GONE, 0);
    suspect.notice(LossReason.DIRECTORY_GONE, 7);
    suspect.notice(LossReason.SHIM_GONE, 8);
    assertThat(suspect.noticed()).isEqualTo(LossReason.DIRECTORY_GONE);
    assertThat(suspect.due()).isEqualTo(7 + Suspect.VERIFY_NANOS);

    suspect.notice(LossReason.REPLACED, 9);
    suspect.notice(LossReason.DIRECTORY_GONE, 10);
    suspect.notice(LossReason.REPLACED, 11);
    assertThat(suspect.noticed()).isEqualTo(LossReason.REPLACED);
    assertThat(suspect.due()).isEqualTo(9 + Suspect.VERIFY_NANOS);
  }

  @Test
  void shimThatRespondsAgainIsNotGone() {
    assertThat(suspect.wasReached()).isFalse();
    suspect.notice(LossReason.SHIM_GONE, 0);
    suspect.reached();
    assertThat(suspect.wasReached()).isTrue();
    assertThat(suspect.noticed()).isNull();

    suspect.notice(LossReason.DIRECTORY_GONE, 0);
    suspect.reached();
    assertThat(suspect.noticed()).isEqualTo(LossReason.DIRECTORY_GONE);
  }

  @Test
  void unreachableRuntimeIsRetriedForFiveMinutes() {
    suspect.gone(0);
    suspect.notice(LossReason.DIRECTORY_GONE, 0);
    int requested = 0;
    for (long now = suspect.due(); suspect.noticed() != null; now = suspect.due()) {
      assertThat(suspect.isForgettable(now)).isFalse();
      suspect.notVerified(now);
      requested++;
    }

    assertThat(requested).isEqualTo(30);
    assertThat(suspect.isForgettable(Suspect.MAX_NANOS)).isTrue();
    assertThat(suspect.isForgettable(Suspect.MAX_NANOS - 1)).isFalse();
  }
}
