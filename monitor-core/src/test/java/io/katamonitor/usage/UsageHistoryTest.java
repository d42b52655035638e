package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.ShimRuntime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class UsageHistoryTest {
  private static final long MIB = 1 << 20;

  private final MemoryAccount account = new MemoryAccount("history", MIB);
  private List<Sandbox> sandboxes = List.of(sandbox(0));
  private HostUsageReading reading = HostUsageReading.NONE;
  private final UsageHistory history =
      new UsageHistory(onLoop -> onLoop.accept(reading), () -> sandboxes, account);
  private long now = Duration.ofHours(3).toNanos();

  private static Sandbox sandbox(int number) {
    return SandboxFixture.sandbox(Path.of("/r"), "sandbox-" + number, ShimRuntime.GO);
  }

  private static HostUsage usage(double cpuSeconds, long workingSet) {
    return new HostUsage(
        HostLayout.POD,
        cpuSeconds < 0 ? OptionalDouble.empty() : OptionalDouble.of(cpuSeconds),
        OptionalLong.empty(),
        workingSet < 0 ? OptionalLong.empty() : OptionalLong.of(workingSet),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /** A scrape after {@code seconds} reads this of all sandboxes. */
  private void read(int seconds, double cpuSeconds, long workingSet) {
    now += Duration.ofSeconds(seconds).toNanos();
    var usages = new HostUsage[sandboxes.size()];
    java.util.Arrays.fill(usages, usage(cpuSeconds, workingSet));
    reading = HostUsageReading.of(now, sandboxes, usages, usages.length);
    history.read(passed -> assertThat(passed).isSameAs(reading));
  }

  private double cores() {
    return history.cpuCores(sandboxes.getFirst().id(), reading).orElse(Double.NaN);
  }

  private List<Double> cpu() {
    var values = new TreeMap<Integer, Double>();
    history.cpuCores(sandboxes.getFirst().id(), history.timeline(now), values::put);
    return new ArrayList<>(values.values());
  }

  private List<Double> memory() {
    var values = new ArrayList<Double>();
    history.workingSetBytes(
        sandboxes.getFirst().id(), history.timeline(now), (time, value) -> values.add(value));
    return values;
  }

  @Test
  void rateIsTheDifferenceOfTwoReadings() {
    read(0, 100, MIB);
    assertThat(cores()).isNaN();
    read(10, 105, 2 * MIB);
    assertThat(cores()).isCloseTo(0.5, within(1e-9));
    history.read(shared -> {}); // Another request shares the reading.
    assertThat(cores()).isCloseTo(0.5, within(1e-9));

    assertThat(cpu()).containsExactly(0.5);
    assertThat(memory()).containsExactly((double) MIB, 2.0 * MIB);
  }

  @Test
  void slotHoldsTheRateOverAllItsReadings() {
    read(0, 0, 0);
    read(10, 1, 1);
    read(2, 3, 2); // 1 core
    read(2, 3, 3); // idle

    assertThat(cores()).isZero();
    assertThat(cpu()).hasSize(1);
    assertThat(cpu().getFirst()).isCloseTo(3.0 / 14, within(1e-6));
    assertThat(memory()).containsExactly(0.0, 3.0);
  }

  @Test
  void gapStaysAGap() {
    read(0, 0, 5);
    read(120, 12, 5);
    assertThat(cores()).isCloseTo(0.1, within(1e-9));
    read(121, 24, 5);

    assertThat(cores()).isNaN();
    assertThat(cpu()).hasSize(1);
    var timeline = history.timeline(now);
    assertThat(timeline.length()).isEqualTo(3);
    assertThat(timeline.nanos(2) - timeline.nanos(1)).isEqualTo(Duration.ofSeconds(121).toNanos());
  }

  @Test
  void absentOrDecreasingCounterHasNoRate() {
    read(0, 100, -1);
    read(10, 90, -1); // The cgroup was made again.
    assertThat(cores()).isNaN();
    read(10, -1, 7);
    assertThat(cores()).isNaN();
    read(10, 95, 7);

    assertThat(cores()).isNaN();
    assertThat(cpu()).isEmpty();
    assertThat(memory()).containsExactly(7.0, 7.0);
  }

  @Test
  void fifteenMinutesAreKept() {
    for (int i = 0; i < 200; i++) {
      read(10, i, i);
    }
    assertThat(history.timeline(now).length()).isEqualTo(UsageHistory.SLOTS);
    assertThat(memory()).hasSize(90).startsWith(110.0).endsWith(199.0);

    var early = history.timeline(now);
    read(10, 200, 200);
    var later = new TreeMap<Integer, Double>();
    history.workingSetBytes(sandboxes.getFirst().id(), early, later::put);
    assertThat(later).hasSize(89).containsEntry(1, 111.0); // The indexes stay.

    now += Duration.ofMinutes(20).toNanos();
    assertThat(history.timeline(now).length()).isZero();
  }

  @Test
  void fiveHundredSandboxesTakeLessThanHalfAMebibyte() {
    sandboxes = many(500);
    read(10, 1, 1);

    assertThat(account.usedBytes())
        .isEqualTo(500L * UsageHistory.SANDBOX_BYTES)
        .isLessThan(MIB / 2);
  }

  @Test
  void withoutRoomFurtherSandboxesHaveNoHistory() {
    sandboxes = many(2000);
    read(0, 1, 1);
    read(10, 2, 2);

    int kept = (int) (MIB / UsageHistory.SANDBOX_BYTES);
    assertThat(account.usedBytes()).isEqualTo((long) kept * UsageHistory.SANDBOX_BYTES);
    assertThat(history.cpuCores(sandboxes.get(kept - 1).id(), reading)).isPresent();
    assertThat(history.cpuCores(sandboxes.get(kept).id(), reading)).isEmpty();

    sandboxes = List.of(sandboxes.getLast()); // The others are deleted: now it has room.
    read(10, 3, 3);
    read(10, 4, 4);
    assertThat(cores()).isCloseTo(0.1, within(1e-9));
    assertThat(account.usedBytes()).isEqualTo(UsageHistory.SANDBOX_BYTES);
  }

  private static List<Sandbox> many(int count) {
    var all = new ArrayList<Sandbox>();
    for (int i = 0; i < count; i++) {
      all.add(sandbox(i));
    }
    return List.copyOf(all);
  }
}
