package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.scrape.ShimClient.ConnectFailure;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a {@link MetricsRequest} does if the directory of its sandbox is gone or replaced. */
class MetricsRequestDirectoryTest {
  private final RequestFixture fixture = new RequestFixture();
  private final ScrapeHarness node = fixture.node;
  private final RequestFixture.Client client = fixture.client;
  private final MetricsRequest request = fixture.request;

  @ParameterizedTest
  @ValueSource(strings = {"WAITING", "REQUESTED", "HELD", "STUCK"})
  void sandboxThatIsGoneOrReplacedAbandonsIt(RequestState from) {
    if (from == RequestState.WAITING) {
      request.result().subscribe(client);
    } else {
      var shim = fixture.send().connect();
      shim.send("kata_a 1\n");
    }
    if (from == RequestState.HELD) {
      fixture.passScrapeTimeout();
    } else if (from == RequestState.STUCK) {
      node.time.pass(Duration.ofNanos(MetricsRequest.HOLD_NANOS));
    }
    assertThat(request.state()).isEqualTo(from);

    request.vanished();

    assertThat(request.state()).isEqualTo(RequestState.ABANDONED);
    boolean hadResult = from == RequestState.HELD || from == RequestState.STUCK;
    assertThat(client.outcomes).containsExactly(hadResult ? "timeout" : "vanished");
  }

  private void failBy(String way) {
    switch (way) {
      case "refused" -> fixture.send().fail(ConnectFailure.REFUSED);
      case "hung up" -> fixture.send().connect().hangUp();
      case "silent" -> {
        fixture.send().connect();
        fixture.passScrapeTimeout();
      }
      default -> throw new IllegalArgumentException(way);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"refused", "hung up", "silent"})
  void failureOfAShimWithoutItsDirectoryIsVanished(String way) {
    node.gone.add("a1");
    failBy(way);
    assertThat(client.outcomes).containsExactly("vanished");
  }

  @ParameterizedTest
  @ValueSource(strings = {"refused", "hung up", "silent"})
  void failureIsReportedWhenTheCheckOfTheDirectoryHasReturned(String way) {
    node.areChecksHung = true;
    failBy(way);
    assertThat(request.state())
        .isEqualTo(way.equals("silent") ? RequestState.HELD : RequestState.FAILED);
    assertThat(client.outcomes).isEmpty();

    node.hungChecks.getFirst().accept(false);
    assertThat(client.outcomes).containsExactly(way.equals("silent") ? "timeout" : "refused");
  }

  @Test
  void responseThatEndsDuringTheCheckOfTheDirectoryIsNotASuccess() {
    node.areChecksHung = true;
    failBy("silent");
    fixture.shim().send(FakeShims.BODY).end();
    assertThat(request.state()).isEqualTo(RequestState.DONE);
    node.hungChecks.getFirst().accept(false);
    assertThat(client.outcomes).containsExactly("timeout");
  }
}
