package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class FreePortTest {
  @Test
  void portIsFreeAndOutsideTheEphemeralRange() throws Exception {
    for (int i = 0; i < 100; i++) {
      int port = FreePort.find();
      assertThat(port).isBetween(10_000, 29_999);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        assertThat(socket.isBound()).isTrue();
      }
    }
  }
}
