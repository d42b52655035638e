package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.grpc.Status;
import io.katamonitor.guard.Await;
import io.katamonitor.logging.CapturedLog;
import io.katamonitor.sim.CriFault;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedCri;
import io.katamonitor.sim.SimulatedSandbox;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * During faults of the container runtime, sandboxes are discovered, scraped and removed as usual,
 * and known ones keep their labels; after its recovery the others get theirs, without any new
 * sandbox.
 */
class RuntimeFaultsTest extends WatchedNodeTestCase {
  @AutoClose private final CapturedLog log = CapturedLog.start();

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("absent", false, SimulatedCri::stop),
        fault("hung", false, cri -> cri.fault(new CriFault.Hang())),
        fault("too slow", false, cri -> cri.fault(new CriFault.Delay(Duration.ofSeconds(4)))),
        fault("slow", true, cri -> cri.fault(new CriFault.Delay(Duration.ofMillis(1500)))),
        fault("unavailable", false, cri -> cri.fault(new CriFault.Fail(Status.Code.UNAVAILABLE))),
        fault("failing", false, cri -> cri.fault(new CriFault.Fail(Status.Code.INTERNAL))),
        fault(
            "of the old CRI",
            false,
            cri -> cri.fault(new CriFault.Fail(Status.Code.UNIMPLEMENTED))),
        fault("without metadata", true, cri -> cri.fault(new CriFault.NoMetadata())));
  }

  private static Arguments fault(String name, boolean isUp, Consumer<SimulatedCri> fault) {
    return argumentSet(name, isUp, fault);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void discoveryAndScrapesContinueAndLabelsRecover(boolean isUp, Consumer<SimulatedCri> fault)
      throws Exception {
    var known = node.addSandbox();
    var going = node.addSandbox();
    watch();
    awaitLabels(4, known, going);

    fault.accept(node.cri());
    var added = node.addSandboxes(6, Layout.GO);
    going.remove();
    for (var one : added) {
      Await.until("listed", () -> scrapes.isListed(one.id()));
    }
    Await.until("gone", () -> !scrapes.isListed(going.id()));
    if (!isUp) {
      Await.until(
          "said",
          Duration.ofSeconds(3),
          () -> scrapes.get("/metrics").contains("kata_monitor_cri_up 0\n"));
    }
    var response = scrapes.next();
    for (var one : added) {
      assertThat(response.samples(one.id())).isEqualTo(Scrapes.SAMPLES);
      assertThat(response.allLabelled(one.id(), "cri_name=\"\"")).isTrue();
    }
    assertThat(response.samples(known.id())).isEqualTo(Scrapes.SAMPLES);
    assertThat(response.allLabelled(known.id(), podOf(known))).isTrue();
    assertThat(response.lines()).contains("kata_monitor_sandboxes_without_metadata 6");

    node.cri().fault(CriFault.NONE);
    node.cri().start();

    awaitLabels(4, added.toArray(SimulatedSandbox[]::new));
    assertThat(scrapes.next().lines())
        .contains("kata_monitor_cri_up 1", "kata_monitor_sandboxes_without_metadata 0");
    var lines = log.text().lines();
    assertThat(lines.filter(line -> line.contains("msg=\"CRI lost\"")).count())
        .isEqualTo(isUp ? 0 : 1);
  }

  @Test
  void runtimeThatDiesDuringACallIsReconnected() throws Exception {
    node.cri().fault(new CriFault.Hang());
    var first = node.addSandbox();
    watch();
    Await.until("requested", () -> node.cri().calls() > 0);
    node.cri().stop();
    var second = node.addSandbox();
    Await.until("listed", () -> scrapes.isListed(second.id()));
    assertThat(scrapes.next().samples(second.id())).isEqualTo(Scrapes.SAMPLES);
    node.cri().fault(CriFault.NONE);
    node.cri().start();
    awaitLabels(4, first, second);
  }

  @Test
  void runtimeThatStartsLateLabelsExistingSandboxes() throws Exception {
    node.cri().stop();
    var sandbox = node.addSandbox();
    watch();
    assertThat(scrapes.next().samples(sandbox.id())).isEqualTo(Scrapes.SAMPLES);
    Await.until("said", () -> log.text().contains("msg=\"CRI not found\""));
    node.cri().start();
    awaitLabels(4, sandbox);
  }

  /** Over 4 MiB, gRPC's default limit of a response. */
  @Test
  void sixtyThousandPodsDelayNoScrape() throws Exception {
    node.cri().fault(new CriFault.ExtraPods(60_000));
    var sandboxes = node.addSandboxes(20, Layout.GO);
    watch();
    Await.until("requested", () -> node.cri().calls() > 0);
    for (int i = 0; i < 5; i++) {
      // Shims and runtime are simulated by one thread, which is busy with the pods.
      var response = scrapes.begin(5).join();
      assertThat(response.samples(sandboxes.getLast().id())).isEqualTo(Scrapes.SAMPLES);
    }
    awaitLabels(8, sandboxes.toArray(SimulatedSandbox[]::new));
  }

  private void awaitLabels(int seconds, SimulatedSandbox... sandboxes) throws Exception {
    for (var sandbox : sandboxes) {
      Await.until(
          "labels of " + sandbox.id(),
          Duration.ofSeconds(seconds),
          () -> scrapes.get("/metrics?filter_family=kata_shim_fds").contains(podOf(sandbox)));
    }
  }

  private static String podOf(SimulatedSandbox sandbox) {
    var pod = sandbox.identity();
    return "cri_uid=\"%s\",cri_name=\"%s\",cri_namespace=\"%s\""
        .formatted(pod.uid(), pod.podName(), pod.namespace());
  }
}
