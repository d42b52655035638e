package io.katamonitor.shim;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.scrape.ShimClient.ConnectFailure;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectErrorsTest {
  /** Netty's errors are of its native library, which nothing else may have loaded yet. */
  @BeforeAll
  static void loadNativeLibrary() {
    Epoll.ensureAvailability();
  }

  @ParameterizedTest
  @CsvSource({
    "1, DENIED",
    "2, REFUSED",
    "11, BACKLOG_FULL",
    "13, DENIED",
    "23, NO_DESCRIPTORS",
    "24, NO_DESCRIPTORS",
    "104, REFUSED",
    "111, REFUSED",
    "113, REFUSED",
  })
  void eachErrorOfNettyHasItsNumber(int errno, ConnectFailure failure) {
    IOException thrown;
    try {
      Errors.handleConnectErrno("connect", -errno);
      throw new AssertionError("nothing thrown");
    } catch (IOException e) {
      thrown = e;
    }
    assertThat(ConnectErrors.classify(thrown)).isEqualTo(failure);
    var wrapped = new ChannelException(Errors.newIOException("socket", -errno));
    assertThat(ConnectErrors.classify(wrapped)).isEqualTo(failure);
  }

  @ParameterizedTest
  @CsvSource({
    "connect(..) failed with error(-111): Connection refused: /run/vc/sbs/a/shim-monitor.sock,"
        + " Connection refused",
    "recvAddress(..) failed with error(-104): Connection reset by peer, Connection reset by peer",
    "something else: /x, something else: /x",
    "error(-1, error(-1",
  })
  void reasonIsTheDescriptionOfTheKernel(String message, String reason) {
    assertThat(ConnectErrors.reason(new IOException(message))).isEqualTo(reason);
  }

  @Test
  void errorWithoutMessageHasAReason() {
    assertThat(ConnectErrors.reason(new FileNotFoundException()))
        .isEqualTo("No such file or directory");
    assertThat(ConnectErrors.reason(new IOException())).isEqualTo("java.io.IOException");
  }

  @Test
  void errorWithoutNumberIsARefusal() {
    assertThat(ConnectErrors.classify(null)).isEqualTo(ConnectFailure.REFUSED);
    assertThat(ConnectErrors.classify(new IOException("error(-")))
        .isEqualTo(ConnectFailure.REFUSED);
    assertThat(ConnectErrors.classify(new IOException())).isEqualTo(ConnectFailure.REFUSED);
  }
}
