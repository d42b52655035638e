package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.log.CapturedLog;
import io.katamonitor.log.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SandboxRegistryTest {
  private static final Pod POD = new Pod("uid", "name", "namespace");

  private final SandboxRegistry registry = new SandboxRegistry();
  private final List<String> reports = new ArrayList<>();

  SandboxRegistryTest() {
    registry.addListener(
        new SandboxRegistry.Listener() {
          @Override
          public void added(Sandbox sandbox) {
            reports.add("+" + sandbox.id() + registry.snapshot().size());
          }

          @Override
          public void changed(Sandbox before, Sandbox after) {
            reports.add("~" + after.id() + after.pod().name());
          }

          @Override
          public void removed(Sandbox sandbox) {
            reports.add("-" + sandbox.id() + registry.snapshot().size());
          }
        });
  }

  private static Sandbox sandbox(String id) {
    return new Sandbox(
        new SandboxId(id), ShimRuntime.GO, Path.of("/run/vc/sbs", id), null, Pod.UNKNOWN);
  }

  @Test
  void listenersAreNotifiedOnceTheSnapshotHoldsTheWholeBatch() {
    registry.replaceAll(List.of(sandbox("b1"), sandbox("a1")));
    assertThat(reports).containsExactly("+b12", "+a12");
    assertThat(registry.snapshot()).containsExactly(sandbox("a1"), sandbox("b1"));
  }

  @Test
  void relistingKeepsThePodAndNotifiesNoListener() {
    registry.add(sandbox("a1"));
    registry.describe(new SandboxId("a1"), POD);
    reports.clear();
    registry.replaceAll(List.of(sandbox("a1")));
    assertThat(reports).isEmpty();
    assertThat(registry.snapshot()).containsExactly(sandbox("a1").withPod(POD));
  }

  @Test
  void idGoneAndPresentInOneBatchIsAnotherSandbox() {
    registry.add(sandbox("a1"));
    registry.describe(new SandboxId("a1"), POD);
    reports.clear();
    registry.update(List.of(new SandboxId("a1")), List.of(sandbox("a1")));
    assertThat(reports).containsExactly("-a11", "+a11");
    assertThat(registry.snapshot()).containsExactly(sandbox("a1"));
  }

  @Test
  void removalIsLoggedWithThePod() {
    registry.add(sandbox("a1"));
    registry.describe(new SandboxId("a1"), POD);
    try (var log = CapturedLog.from(Level.INFO)) {
      registry.removed(new SandboxId("a1"));
      assertThat(log.lines()).containsExactly("sandbox removed sandbox=a1 pod=namespace/name");
    }
  }

  @Test
  void podOfARemovedSandboxIsIgnored() {
    registry.add(sandbox("a1"));
    reports.clear();
    registry.describe(Map.of(new SandboxId("a1"), POD, new SandboxId("b1"), POD));
    assertThat(reports).containsExactly("~a1name");
  }

  @Test
  void sandboxIsFoundOnlyByItsId() {
    for (int i = 0; i < 100; i += 2) {
      registry.add(sandbox("id" + i));
    }
    for (int i = 0; i < 100; i++) {
      assertThat(registry.find(new SandboxId("id" + i)) != null).isEqualTo(i % 2 == 0);
    }
  }
}
