package io.katamonitor.shim;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.scrape.ShimClient.ConnectFailure;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.Errors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectErrorsTest {
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

  @Test
  void everyErrorIsDescribed() {
    var socket = Path.of("/run/vc/sbs/a1/shim-monitor.sock");
    assertThat(ConnectErrors.describe(new FileNotFoundException(), socket))
        .isEqualTo("there is no socket /run/vc/sbs/a1/shim-monitor.sock");
    assertThat(ConnectErrors.describe(new IOException("refused"), socket)).isEqualTo("refused");
  }

  @Test
  void anErrorWithoutNumberIsARefusal() {
    assertThat(ConnectErrors.classify(null)).isEqualTo(ConnectFailure.REFUSED);
    assertThat(ConnectErrors.classify(new IOException("error(-")))
        .isEqualTo(ConnectFailure.REFUSED);
    assertThat(ConnectErrors.classify(new IOException())).isEqualTo(ConnectFailure.REFUSED);
  }
}
