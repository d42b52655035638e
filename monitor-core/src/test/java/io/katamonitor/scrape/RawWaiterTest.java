package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RawWaiterTest {
  private final ScrapeHarness node = new ScrapeHarness(64, "a1");

  @Test
  void getsTheUnchangedBody() {
    var client = node.raw("a1");
    node.shims.last("a1").respond("what = ever\n");
    assertThat(client.hasBody()).as("never from within").isFalse();
    node.time.run();
    assertThat(client.text()).isEqualTo("what = ever\n");
    client.body().release();
  }

  @Test
  void failsAtItsDeadline() {
    var client = node.raw("a1", Duration.ofMillis(100));
    node.shims.last("a1").connect();
    node.time.pass(Duration.ofMillis(100));
    assertThat(client.reason()).isEqualTo("timeout");
    node.shims.last("a1").send(FakeShims.BODY).end();
    node.time.run();
    assertThat(client.hasBody()).isFalse();
    assertThat(node.observer.finished).containsExactly(true);
  }

  @Test
  void vanishedSandboxIsNoFailedScrape() {
    var client = node.raw("a1");
    node.registry.removed(ScrapeHarness.sandbox("a1").id());
    node.time.run();
    assertThat(client.reason()).isEqualTo("vanished");
    assertThat(node.observer.finished).containsExactly(false);
  }

  @Test
  void isNotCalledAfterACancel() {
    var client = node.raw("a1");
    client.waiter().cancel();
    client.waiter().cancel();
    node.time.pass(ScrapeHarness.CLIENT_TIMEOUT);
    assertThat(client.hasBody()).isFalse();
    assertThat(client.reason()).isEqualTo("nothing");
    assertThat(node.observer.finished).containsExactly(false);
  }
}
