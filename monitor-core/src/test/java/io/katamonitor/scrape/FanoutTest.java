package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.usage.HostUsageSource;
import org.junit.jupiter.api.Test;

class FanoutTest {
  private static final long JOIN_NANOS = 1_000_000_000;

  private final ScrapeHarness node = new ScrapeHarness(64, "a1");
  private final ShimGate gate = new ShimGate(node.context(64));
  private final Fanout fanout = new Fanout(null, true, 100);

  private void start() {
    fanout.add(ScrapeHarness.sandbox("a1"), gate);
    fanout.start(node.observer, HostUsageSource.NONE);
  }

  private Waiter join() {
    var waiter = new Waiter(node.service, scrape -> {}, node.time.nanoTime());
    fanout.join(waiter);
    return waiter;
  }

  @Test
  void isJoinedForLessThanASecondByScrapesOfTheSame() {
    assertThat(fanout.isJoinable(null, true, 100 + JOIN_NANOS - 1, JOIN_NANOS)).isTrue();
    assertThat(fanout.isJoinable(null, true, 100 + JOIN_NANOS, JOIN_NANOS)).isFalse();
    assertThat(fanout.isJoinable(null, false, 100, JOIN_NANOS)).isFalse();
    assertThat(fanout.isJoinable(ScrapeHarness.sandbox("a1"), true, 100, JOIN_NANOS)).isFalse();
    assertThat(fanout.isOfNode()).isTrue();
    assertThat(fanout.requestsShims()).isTrue();
  }

  @Test
  void isSettledWhenAllSandboxesAndTheReadingAre() {
    join();
    start();
    assertThat(fanout.isSettled()).isFalse();
    assertThat(fanout.hasFailures()).as("its deadline would pass now").isTrue();
    node.shims.last("a1").respond();
    assertThat(fanout.isSettled()).isTrue();
    assertThat(fanout.hasFailures()).isFalse();
    assertThat(fanout.results()).hasSize(1);
  }

  @Test
  void isNotJoinedOnceTheLastClientLeft() {
    var waiter = join();
    start();
    assertThat(fanout.isWaitedFor()).isTrue();
    fanout.leave(waiter, false);
    assertThat(fanout.isWaitedFor()).isFalse();
    assertThat(fanout.isJoinable(null, true, 100, JOIN_NANOS)).isFalse();
  }

  @Test
  void samplesAreReleasedWithTheLastHolder() {
    join();
    join();
    start();
    node.shims.last("a1").respond();
    assertThat(fanout.release()).isFalse();
    assertThat(node.store.bytesInUse()).isPositive();
    assertThat(fanout.release()).isTrue();
    assertThat(node.store.bytesInUse()).isZero();
  }

  @Test
  void dropsAreReportedOnce() {
    assertThat(fanout.markDropsReported()).isTrue();
    assertThat(fanout.markDropsReported()).isFalse();
    assertThat(fanout.sharedMerge(true)).isNull();
  }
}
