package io.katamonitor.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.endpoint.ScriptedShim;
import io.katamonitor.guard.Await;
import io.katamonitor.logging.CapturedLog;
import io.katamonitor.sim.Fault;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedSandbox;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shims that vanish, reappear and change during scrapes. */
class ReplacedShimsTest extends WatchedNodeTestCase {
  @AutoClose private final CapturedLog log = CapturedLog.start();

  private List<String> logged(String text) {
    return log.text().lines().filter(line -> line.contains(text)).toList();
  }

  /** Some are in the middle of their responses, the others wait to be received. */
  @Test
  void sandboxesThatVanishDuringAScrapeAreNotErrors() throws Exception {
    var good = node.addSandboxes(5, Layout.GO);
    var going = node.addSandboxes(200, Layout.GO);
    for (var one : going) {
      one.body("kata_some 1\n".repeat(100).getBytes(UTF_8));
      one.fault(new Fault.Slow(500, Duration.ofHours(1)));
    }
    watch();
    var scrape = scrapes.begin(4);
    Await.until("many got a request", () -> going.stream().anyMatch(one -> one.requests() > 0));

    for (var one : going) {
      // At once for the discovery; then its content is deleted.
      Files.move(one.directory(), node.directory().resolve("gone-" + one.id()));
    }
    going.forEach(SimulatedSandbox::remove);

    for (var one : good) {
      assertThat(scrape.join().samples(one.id())).isEqualTo(Scrapes.SAMPLES);
    }
    for (var one : going) {
      assertThat(scrape.join().samples(one.id())).isZero();
    }
    assertThat(logged("level=warn")).isEmpty();
    assertThat(logged("level=error")).isEmpty();
    Await.until("none is listed", () -> scrapes.get("/sandboxes").lines().count() == 5);
    assertThat(logged("msg=\"sandbox removed\"")).hasSize(200);
    assertThat(scrapes.next().lines()).contains("kata_monitor_running_shim_count 5");
  }

  @Test
  void failureAndRecoveryOfAShimAreLogged() throws Exception {
    var shim = node.addSandbox();
    watch();
    scrapes.next();
    shim.removeSocket();
    for (int i = 0; i < 3; i++) {
      scrapes.next();
    }
    // Like upstream's, it excludes the current scrape.
    assertThat(scrapes.next().lines()).contains("kata_monitor_scrape_failed_count 3");
    assertThat(logged("msg=\"sandbox is failing\""))
        .singleElement()
        .asString()
        .contains("level=warn", "sandbox=" + shim.id(), "reason=refused");

    shim.fault(new Fault.Status(500));
    scrapes.next();
    scrapes.next();
    assertThat(logged("reason=status")).isEmpty();

    shim.fault(Fault.NONE);
    scrapes.next();
    scrapes.next();
    assertThat(logged("msg=\"sandbox recovered\"")).hasSize(1);
    assertThat(logged("level=warn")).hasSize(1);
  }

  @Test
  void shimRestartedUnderItsIdIsScrapedAndHasItsOwnPodsLabels() throws Exception {
    var old = node.addSandbox().body("kata_old 1\n".getBytes(UTF_8));
    watch();
    awaitFamily(old, "kata_old");
    old.remove();
    var renewed = node.addSandbox(old.id(), Layout.GO).body("kata_new 2\n".getBytes(UTF_8));
    assertThat(renewed.identity().podName()).isNotEqualTo(old.identity().podName());
    awaitFamily(renewed, "kata_new");
    assertThat(scrapes.next().lines()).noneMatch(line -> line.contains("kata_old"));
  }

  /** Only the socket: the sandbox is the same, so its pod is not requested again. */
  @Test
  void restartedShimInTheSameDirectoryKeepsItsLabels() throws Exception {
    var shim = node.addSandbox().body("kata_old 1\n".getBytes(UTF_8));
    watch();
    awaitFamily(shim, "kata_old");
    int calls = node.cri().calls();
    shim.removeSocket();
    assertThat(scrapes.next().samples(shim.id())).isZero();
    shim.body("kata_new 2\n".getBytes(UTF_8)).fault(Fault.NONE);
    var response = scrapes.next();
    assertThat(response.samples(shim.id())).isEqualTo(1);
    assertThat(response.lines()).contains("kata_new" + labels(shim) + " 2");
    assertThat(node.cri().calls()).isEqualTo(calls);
  }

  private void awaitFamily(SimulatedSandbox sandbox, String family) throws Exception {
    Await.until(
        "labelled",
        () ->
            scrapes
                .get("/metrics")
                .lines()
                .anyMatch(line -> line.startsWith(family + labels(sandbox))));
    assertThat(scrapes.next().samples(sandbox.id())).isEqualTo(1);
  }

  private static String labels(SimulatedSandbox sandbox) {
    var pod = sandbox.identity();
    return "{sandbox_id=\"%s\",cri_uid=\"%s\",cri_name=\"%s\",cri_namespace=\"%s\"}"
        .formatted(sandbox.id(), pod.uid(), pod.podName(), pod.namespace());
  }

  /** How the old one ends its response while the new one is already listening. */
  @ParameterizedTest
  @CsvSource({"'d 1\n', 1", "'', 0", "'d', 0"})
  void responsesOfAShimAndItsSuccessorNeverMix(String restOfTheOld, int samplesOfTheOld)
      throws Exception {
    var good = node.addSandbox();
    var folder = Files.createDirectory(node.root(Layout.GO).resolve("restarted"));
    Files.writeString(folder.resolve("persist.json"), "{}");
    var socket = folder.resolve("shim-monitor.sock");
    var half = new CountDownLatch(1);
    var scraped = new CountDownLatch(1);
    var old = new ScriptedShim();
    try (var renewed = new ScriptedShim()) {
      old.listen(
          socket,
          connection -> {
            ScriptedShim.send(connection, "HTTP/1.1 200 OK\r\n\r\nkata_a_ol");
            half.countDown();
            ScriptedShim.await(scraped);
            ScriptedShim.send(connection, restOfTheOld);
          });
      watch();
      var first = scrapes.begin(5);
      half.await();
      old.close();
      Files.delete(socket);
      renewed.listen(socket, ScriptedShim.responding("HTTP/1.1 200 OK\r\n\r\nkata_b_new 2\n"));
      scraped.countDown();

      assertThat(first.join().samples("restarted")).isEqualTo(samplesOfTheOld);
      assertThat(first.join().lines()).noneMatch(line -> line.startsWith("kata_b_new"));
      assertThat(first.join().samples(good.id())).isEqualTo(Scrapes.SAMPLES);
      var second = scrapes.next();
      assertThat(second.samples("restarted")).isEqualTo(1);
      assertThat(second.lines()).noneMatch(line -> line.startsWith("kata_a_ol"));
    }
  }

  @Test
  void recreatedSandboxDoesNotInheritBackoff() throws Exception {
    var old = node.addSandbox(Layout.RUNTIME_RS).fault(new Fault.Hang());
    watch("-scrape-timeout=200ms");
    for (int i = 0; i < 4; i++) {
      scrapes.next();
    }
    Await.until("three requests", () -> old.scrapes() == 3);
    old.remove();
    Await.until("gone", () -> !scrapes.isListed(old.id()));
    node.addSandbox(old.id(), Layout.RUNTIME_RS);
    Await.until("back", () -> scrapes.isListed(old.id()));
    assertThat(scrapes.next().samples(old.id())).isEqualTo(Scrapes.SAMPLES);
  }
}
