package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ScrapePolicy.Decision;
import io.katamonitor.scrape.ShimClient.ConnectFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SandboxChecksTest implements ShimProbe, ReachabilityListener {
  private final ScrapeHarness node = new ScrapeHarness(64, "a1", "b2");

  /** Result of a connection, by id; without an entry it is accepted. */
  private final Map<String, ConnectFailure> failures = new HashMap<>();

  private final List<String> probes = new ArrayList<>();
  private final List<String> reports = new ArrayList<>();

  private SandboxChecksTest() {
    new SandboxChecks(node.registry, node, node.service, this, this, node.time, node.time).start();
  }

  @Override
  public void probe(Sandbox sandbox, Callback callback) {
    var id = sandbox.id().value();
    probes.add(id);
    var failure = failures.get(id);
    node.time.execute(() -> {
      if (failure == null) {
        callback.reached();
      } else {
        callback.failed(failure, "by the test");
      }
    });
  }

  @Override
  public void reached(Sandbox sandbox) {
    reports.add(sandbox.id() + " reached");
  }

  @Override
  public void refused(Sandbox sandbox) {
    reports.add(sandbox.id() + " refused");
  }

  private void pass(long seconds) {
    node.time.pass(Duration.ofSeconds(seconds));
  }

  private SandboxState state(String id) {
    return node.status(id).state();
  }

  @Test
  void statesAreKnownASecondAfterTheStartWithoutAScrape() {
    node.decisions.put("b2", Decision.NOT_SCRAPED);
    node.time.run();
    assertThat(node.status("a1").state()).isEqualTo(SandboxState.STARTING);
    assertThat(node.checks).isEmpty();

    pass(1);

    assertThat(node.status("a1").state()).isEqualTo(SandboxState.RUNNING);
    assertThat(node.status("b2"))
        .returns(SandboxState.NOT_SCRAPED, SandboxStatus::state)
        .returns("its shim may not be scraped", SandboxStatus::detail);
    assertThat(node.shims.attempts).isEmpty();
  }

  @Test
  void startingSandboxesAreCheckedEachSecondOthersEach30Seconds() {
    node.decisions.put("b2", Decision.STARTING);
    pass(20);
    assertThat(node.checks).filteredOn("b2"::equals).hasSize(20);
    assertThat(node.checks).filteredOn("a1"::equals).hasSize(1);

    node.decisions.put("b2", Decision.SCRAPE_GO);
    pass(11);

    assertThat(node.status("b2").state()).isEqualTo(SandboxState.RUNNING);
    assertThat(node.checks).filteredOn("a1"::equals).hasSize(2);
    node.checks.clear();
    pass(60);
    assertThat(node.checks).containsExactly("a1", "b2", "a1", "b2");
    assertThat(node.shims.attempts).isEmpty();
  }

  @Test
  void newSandboxIsCheckedWithinASecond() {
    pass(5);
    node.checks.clear();

    node.registry.add(ScrapeHarness.sandbox("c3"));
    pass(1);

    assertThat(node.checks).containsExactly("c3");
    assertThat(node.status("c3").state()).isEqualTo(SandboxState.RUNNING);
  }

  @Test
  void replacedSandboxStartsAnew() {
    pass(1);
    node.decisions.put("a1", Decision.STARTING);
    node.registry.removed(new SandboxId("a1"));
    node.registry.add(ScrapeHarness.sandbox("a1"));
    node.time.run();

    assertThat(node.status("a1").state()).isEqualTo(SandboxState.STARTING);
  }

  @Test
  void refusingSocketIsDetectedWithin30SecondsWithoutScrapes() {
    pass(1);
    assertThat(reports).containsExactly("a1 reached", "b2 reached");
    failures.put("a1", ConnectFailure.REFUSED);

    pass(30);

    assertThat(node.status("a1"))
        .returns(SandboxState.FAILING, SandboxStatus::state)
        .returns(FailureReason.REFUSED, SandboxStatus::reason)
        .returns("by the test", SandboxStatus::detail);
    assertThat(reports).endsWith("a1 refused", "b2 reached");
    assertThat(node.observer.outcomes).isEmpty();

    failures.clear();
    pass(30);
    assertThat(state("a1")).isEqualTo(SandboxState.RUNNING);
  }

  @Test
  void sandboxThatIsNotScrapedIsProbedAndStaysNotScraped() {
    node.decisions.put("b2", Decision.NOT_SCRAPED);
    failures.put("b2", ConnectFailure.REFUSED);

    pass(1);

    assertThat(state("b2")).isEqualTo(SandboxState.NOT_SCRAPED);
    assertThat(reports).containsExactly("a1 reached", "b2 refused");
  }

  @Test
  void failureThatIsNotTheSandboxsFaultChangesNothing() {
    failures.put("a1", ConnectFailure.BACKLOG_FULL);
    failures.put("b2", ConnectFailure.NO_DESCRIPTORS);

    pass(1);

    assertThat(state("a1")).isEqualTo(SandboxState.RUNNING);
    assertThat(state("b2")).isEqualTo(SandboxState.RUNNING);
    assertThat(reports).isEmpty();
  }

  @Test
  void socketWithoutPermissionFailsAsDenied() {
    failures.put("a1", ConnectFailure.DENIED);

    pass(1);

    assertThat(node.status("a1").reason()).isEqualTo(FailureReason.DENIED);
    assertThat(reports).containsExactly("b2 reached");
  }

  @Test
  void scrapedShimIsNotProbed() {
    pass(1);
    pass(20);
    probes.clear();
    reports.clear();
    var client = node.scrape(Duration.ofSeconds(10));
    node.shims.last("a1").respond();
    node.shims.last("b2").fail(ConnectFailure.REFUSED);
    assertThat(client.isDone()).isTrue();

    pass(10);

    assertThat(probes).isEmpty();
    assertThat(reports).containsExactly("a1 reached", "b2 refused");
  }
}
