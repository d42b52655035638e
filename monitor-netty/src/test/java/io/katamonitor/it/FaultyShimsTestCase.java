package io.katamonitor.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedSandbox;
import org.junit.jupiter.api.BeforeEach;

/** A good sandbox and a faulty one, of which scrapes must keep the good. */
abstract class FaultyShimsTestCase extends WatchedNodeTestCase {
  static final String OK = "HTTP/1.1 200 OK\r\n";
  static final byte[] FEW = few(2);

  SimulatedSandbox faulty;
  SimulatedSandbox good;

  @BeforeEach
  void start() {
    faulty = node.addSandbox(Layout.GO);
    good = node.addSandbox(Layout.GO);
    node.addSandbox(Layout.RUNTIME_RS);
  }

  void costsItsOwnSandboxOnly(String id, String reason) throws Exception {
    var response = scrapes.next();

    assertThat(response.failures(id)).containsExactly(reason);
    assertThat(response.samples(id)).isZero();
    assertThat(response.samples(good.id())).isEqualTo(Scrapes.SAMPLES);
    assertThat(response.value("kata_monitor_sandbox_up", good.id())).isEqualTo("1");
    assertThat(response.value("kata_monitor_sandbox_up", id)).isEqualTo("0");
  }

  static byte[] few(int samples) {
    var text = new StringBuilder("# TYPE kata_few gauge\n");
    for (int i = 0; i < samples; i++) {
      text.append("kata_few{n=\"").append(i).append("\"} ").append(i).append('\n');
    }
    return text.toString().getBytes(ISO_8859_1);
  }
}
