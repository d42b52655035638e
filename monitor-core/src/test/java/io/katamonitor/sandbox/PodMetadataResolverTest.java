package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PodMetadataResolverTest {
  private static final Duration MOMENT = Duration.ofMillis(50);

  private final ManualLoop loop = new ManualLoop();
  private final SandboxRegistry registry = new SandboxRegistry();
  private final FakeRuntime runtime = new FakeRuntime();
  private final PodMetadataResolver resolver =
      new PodMetadataResolver(registry, runtime, loop, loop::now);

  private static SandboxId id(String text) {
    return new SandboxId(text);
  }

  private static Pod pod(SandboxId id) {
    return new Pod("uid-" + id, "pod-" + id, "ns");
  }

  private void add(String... ids) {
    for (var id : ids) {
      registry.add(
          new Sandbox(id(id), ShimRuntime.GO, Path.of("/run/vc/sbs", id), null, Pod.UNKNOWN));
    }
  }

  private void isLabelled(String id) {
    assertThat(registry.find(id(id))).extracting(Sandbox::pod).isEqualTo(pod(id(id)));
  }

  private long unlabelled() {
    return registry.snapshot().stream().filter(sandbox -> !sandbox.pod().isKnown()).count();
  }

  @Test
  void newSandboxIsRequestedAtOnceAndNeverAgain() {
    resolver.start();
    loop.pass(MOMENT);
    runtime.knows("a1");
    add("a1");
    loop.pass(MOMENT);
    isLabelled("a1");
    loop.pass(Duration.ofMinutes(10));
    assertThat(runtime.requests).containsOnlyOnce(Set.of(id("a1")));
  }

  @Test
  void manySandboxesAtTheStartShareOneCall() {
    for (int i = 0; i < 100; i++) {
      add("s" + i);
      runtime.knows("s" + i);
    }
    resolver.start();
    loop.pass(MOMENT);
    assertThat(unlabelled()).isZero();
    assertThat(runtime.requests).hasSize(1);
  }

  @Test
  void podThatTheRuntimeReportsLateIsFoundWithinASecond() {
    resolver.start();
    add("a1");
    for (int millis = 0; millis < 3900; millis += 50) {
      loop.pass(MOMENT);
    }
    runtime.knows("a1");
    loop.pass(Duration.ofSeconds(1));
    isLabelled("a1");
  }

  @Test
  void pausesGrowForAPodThatStaysUnknown() {
    resolver.start();
    add("a1");
    loop.pass(Duration.ofMinutes(2));
    int atFirst = runtime.requests.size();
    assertThat(atFirst).isLessThan(45);
    loop.pass(Duration.ofHours(1));
    assertThat(runtime.requests.size() - atFirst).isBetween(110, 125);
  }

  @Test
  void removedSandboxIsNotRequestedAgain() {
    resolver.start();
    add("a1");
    loop.pass(MOMENT);
    registry.removed(id("a1"));
    loop.pass(MOMENT);
    runtime.requests.clear();
    loop.pass(Duration.ofMinutes(1));
    assertThat(runtime.requests).isNotEmpty().allMatch(Set::isEmpty);
  }

  @Test
  void recreatedIdIsRequestedAgainAndIgnoresALateResponse() {
    resolver.start();
    loop.pass(MOMENT);
    runtime.knows("a1");
    runtime.delay = Duration.ofMillis(500);
    add("a1");
    loop.pass(MOMENT);
    registry.removed(id("a1"));
    runtime.known.clear();
    add("a1");
    loop.pass(Duration.ofSeconds(2));
    assertThat(unlabelled()).isOne();
    runtime.knows("a1");
    loop.pass(Duration.ofSeconds(2));
    isLabelled("a1");
  }

  @Test
  void failingRuntimeIsRequestedOnceASecondAndAllPodsAreFoundWhenItIsBack() {
    runtime.failing = true;
    for (int i = 0; i < 20; i++) {
      add("s" + i);
      runtime.knows("s" + i);
    }
    resolver.start();
    loop.pass(Duration.ofMinutes(1));
    assertThat(resolver.criUp()).isFalse();
    assertThat(runtime.requests.size()).isBetween(58, 66);
    runtime.failing = false;
    loop.pass(Duration.ofMillis(1100));
    assertThat(resolver.criUp()).isTrue();
    assertThat(unlabelled()).isZero();
  }

  @Test
  void errorOfOneSandboxDelaysNoOther() {
    runtime.poisoned = Set.of(id("a1"));
    runtime.knows("b1", "c1");
    add("a1", "b1", "c1");
    resolver.start();
    loop.pass(Duration.ofSeconds(3));
    isLabelled("b1");
    isLabelled("c1");
  }

  @Test
  void brokenConnectionIsDetectedAndItsRecoveryToo() {
    resolver.start();
    loop.pass(MOMENT);
    assertThat(resolver.criUp()).isTrue();
    runtime.failing = true;
    loop.execute(runtime.lost);
    loop.pass(MOMENT);
    assertThat(resolver.criUp()).isFalse();
    loop.pass(Duration.ofSeconds(10));
    runtime.failing = false;
    loop.pass(Duration.ofSeconds(1));
    assertThat(resolver.criUp()).isTrue();
  }

  @Test
  void silentRuntimeIsDetectedWithoutWaitingSandboxes() {
    resolver.start();
    loop.pass(MOMENT);
    runtime.failing = true;
    loop.pass(Duration.ofSeconds(31));
    assertThat(resolver.criUp()).isFalse();
  }

  @Test
  void sandboxesAreRequestedSinglyIfOneResponseCannotHoldAllPods() {
    runtime.tooMany = true;
    runtime.delay = Duration.ofMillis(10);
    for (int i = 0; i < 100; i++) {
      add("s" + i);
      runtime.knows("s" + i);
    }
    resolver.start();
    loop.pass(Duration.ofSeconds(1));
    assertThat(unlabelled()).isZero();
    assertThat(runtime.mostAtATime).isEqualTo(8);
    assertThat(runtime.requests).hasSize(101);
  }

  @Test
  void nothingIsRequestedAfterClose() {
    resolver.start();
    loop.pass(MOMENT);
    resolver.close();
    runtime.requests.clear();
    add("a1");
    loop.pass(Duration.ofMinutes(5));
    assertThat(runtime.requests).isEmpty();
  }

  private final class FakeRuntime implements PodMetadataSource {
    final Map<SandboxId, Pod> known = new HashMap<>();
    final List<Set<SandboxId>> requests = new ArrayList<>();
    boolean failing;
    boolean tooMany;
    Set<SandboxId> poisoned = Set.of(id("poison"));
    Duration delay = Duration.ofMillis(1);
    Runnable lost = () -> {};
    int mostAtATime;
    private int calls;

    void knows(String... ids) {
      Arrays.stream(ids).forEach(id -> known.put(id(id), pod(id(id))));
    }

    @Override
    public void request(Set<SandboxId> sandboxes, PodMetadataSource.Callback callback) {
      requests.add(sandboxes);
      mostAtATime = Math.max(mostAtATime, ++calls);
      var what = response(sandboxes);
      loop.schedule(
          () -> {
            calls--;
            what.accept(callback);
          },
          delay.toNanos(),
          TimeUnit.NANOSECONDS);
    }

    private Consumer<PodMetadataSource.Callback> response(Set<SandboxId> sandboxes) {
      if (failing || sandboxes.equals(poisoned)) {
        return callback -> callback.failed("as set by the test");
      }
      if (tooMany && sandboxes.size() > 1) {
        return PodMetadataSource.Callback::tooMany;
      }
      var pods = Map.copyOf(known);
      return callback -> callback.pods(pods);
    }

    @Override
    public void onLost(Runnable lost) {
      this.lost = lost;
    }

    @Override
    public String endpoint() {
      return "fake";
    }
  }
}
