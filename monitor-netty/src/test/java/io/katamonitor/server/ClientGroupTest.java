package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientGroupTest {
  private static ClientGroup of(String address) throws UnknownHostException {
    return ClientGroup.of(new InetSocketAddress(InetAddress.getByName(address), 1));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1, true",
    "10.0.0.1, 10.0.0.2, false",
    "fd00::1, fd00::ffff:ffff:ffff:ffff, true",
    "fd00:0:0:1::1, fd00:0:0:2::1, false",
    "::ffff:10.0.0.1, 10.0.0.1, true",
    "0.0.0.0, ::, false",
  })
  void clientsOfOneAddressOrNetworkAreOneGroup(String one, String other, boolean same)
      throws Exception {
    assertThat(of(one).equals(of(other))).isEqualTo(same);
  }

  @Test
  void unixSocketsAreOneGroup() throws Exception {
    assertThat(ClientGroup.of(new DomainSocketAddress("/a")))
        .isEqualTo(ClientGroup.of(new DomainSocketAddress("/b")))
        .isEqualTo(ClientGroup.of(null))
        .isNotEqualTo(of("0.0.0.0"));
  }
}
