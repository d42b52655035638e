package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ScrapePolicy.Decision;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SandboxChecksTest {
  private final ScrapeHarness node = new ScrapeHarness(64, "a1", "b2");

  private SandboxChecksTest() {
    new SandboxChecks(node.registry, node, node.service, node.time, node.time).start();
  }

  private void pass(long seconds) {
    node.time.pass(Duration.ofSeconds(seconds));
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
        .returns("its shim may not be asked for metrics", SandboxStatus::detail);
    assertThat(node.shims.attempts).isEmpty();
  }

  @Test
  void oneThatStartsIsLookedAtEachSecondTheOthersEach30Seconds() {
    node.decisions.put("b2", Decision.STARTING);
    pass(20);
    assertThat(node.checks).filteredOn("b2"::equals).hasSize(20);
    assertThat(node.checks).filteredOn("a1"::equals).hasSize(1);

    node.decisions.put("b2", Decision.ASK_GO);
    pass(11);

    assertThat(node.status("b2").state()).isEqualTo(SandboxState.RUNNING);
    assertThat(node.checks).filteredOn("a1"::equals).hasSize(2);
    node.checks.clear();
    pass(60);
    assertThat(node.checks).containsExactly("a1", "b2", "a1", "b2");
  }

  @Test
  void oneThatAppearsIsLookedAtWithinASecond() {
    pass(5);
    node.checks.clear();

    node.registry.add(ScrapeHarness.sandbox("c3"));
    pass(1);

    assertThat(node.checks).containsExactly("c3");
    assertThat(node.status("c3").state()).isEqualTo(SandboxState.RUNNING);
  }

  @Test
  void oneThatIsReplacedStartsAnew() {
    pass(1);
    node.decisions.put("a1", Decision.STARTING);
    node.registry.removed(new SandboxId("a1"));
    node.registry.add(ScrapeHarness.sandbox("a1"));
    node.time.run();

    assertThat(node.status("a1").state()).isEqualTo(SandboxState.STARTING);
  }
}
