package io.katamonitor.shim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PeerAddressTest {
  private static final Path SOCKET = Path.of("/run/vc/sbs/a1/shim-monitor.sock");

  @Test
  void sandboxesOwnSocketIsAccepted() {
    assertThat(PeerAddress.mismatch("/run/vc/sbs/a1/shim-monitor.sock", SOCKET)).isNull();
    assertThat(PeerAddress.mismatch("/host/run/vc/sbs/a1/shim-monitor.sock", SOCKET)).isNull();
  }

  @Test
  void anotherSandboxTheRuntimeAndAnUnboundSocketAreNot() {
    for (var bound :
        new String[] {
          "/run/vc/sbs/b2/shim-monitor.sock",
          "/run/vc/sbs/xa1/shim-monitor.sock",
          "/run/vc/sbs/a1/other.sock",
          "/run/containerd/containerd.sock",
          ""
        }) {
      assertThat(PeerAddress.mismatch(bound, SOCKET))
          .contains("\"" + bound + "\"", "/a1/shim-monitor.sock");
    }
  }
}
