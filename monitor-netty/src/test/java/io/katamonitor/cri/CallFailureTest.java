package io.katamonitor.cri;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallFailureTest {
  private static final Status UNAVAILABLE =
      Status.UNAVAILABLE.withDescription("io exception\nChannel Pipeline: []");

  @ParameterizedTest
  @CsvSource({
    "connect(..) failed with error(-13): Permission denied, Permission denied",
    "connect(..) failed with error(-111): Connection refused, Connection refused",
    "recvAddress(..) failed with error(-104): Connection reset by peer, Connection reset by peer",
    "Connection reset, Connection reset",
    "it failed with error(, it failed with error(",
  })
  void innermostCauseIsShownInTheKernelsWords(String message, String shown) {
    var outer = new IOException(message + ": /run/containerd/containerd.sock");
    outer.initCause(new ConnectException(message));
    assertThat(CallFailure.reason(UNAVAILABLE.withCause(outer))).isEqualTo(shown);
  }

  @Test
  void withoutACauseWithAMessageCodeAndDescriptionAreShown() {
    assertThat(CallFailure.reason(Status.UNIMPLEMENTED.withDescription("unknown service")))
        .isEqualTo("UNIMPLEMENTED: unknown service");
    assertThat(CallFailure.reason(Status.UNKNOWN)).isEqualTo("UNKNOWN");
    assertThat(
            CallFailure.reason(
                Status.UNAVAILABLE
                    .withDescription("closed")
                    .withCause(new ClosedChannelException())))
        .isEqualTo("UNAVAILABLE: closed");
  }

  @Test
  void cycleOfCausesEnds() {
    var one = new IOException("one");
    var other = new IOException("other", one);
    one.initCause(other);
    assertThat(CallFailure.reason(UNAVAILABLE.withCause(one))).isIn("one", "other");
  }
}
