package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatedNodeTest {
  private final SimulatedNode node = SimulatedNode.start();

  @AfterEach
  void close() {
    node.close();
    assertThat(node.directory()).doesNotExist();
  }

  @Test
  void goShimRespondsInTheChunksOfNetHttp() throws Exception {
    var sandbox = node.addSandbox();
    var response = Shims.get(sandbox, "/metrics");
    assertThat(Shims.head(response))
        .startsWith(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nDate: ")
        .endsWith("GMT\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n");
    assertThat(Shims.body(response)).startsWith("800\r\n# HELP go_gc").endsWith("\r\n0\r\n\r\n");
    assertThat(Shims.unchunked(Shims.body(response)).lines()).hasSize(1278);
    assertThat(sandbox.scrapes()).isOne();
  }

  @Test
  void rustShimRespondsWithALength() throws Exception {
    var response = Shims.get(node.addSandbox(Layout.RUNTIME_RS), "/metrics");
    assertThat(Shims.head(response))
        .contains("\r\ncontent-length: " + Shims.body(response).length());
    assertThat(Shims.body(response).lines()).hasSize(1278);
  }

  @Test
  void foldersAreLaidOutAsByTheRuntimes() {
    var go = node.addSandbox();
    assertThat(go.id()).matches("[0-9a-f]{64}");
    assertThat(go.directory()).isEqualTo(node.directory().resolve("vc/sbs").resolve(go.id()));
    assertThat(go.directory().resolve("persist.json")).content().contains(go.id());
    var rust = node.addSandbox(Layout.RUNTIME_RS);
    var state = rust.directory().resolve("state.json");
    assertThat(state).content().contains("\"hypervisor_type\":\"dragonball\"");
    rust.hypervisor("qemu");
    assertThat(state).content().contains("\"qemu\"");
    rust.hypervisor(null);
    assertThat(state).doesNotExist();
    assertThat(go.identity().uid()).hasSize(36);
    assertThat(go.identity().podName().length()).isBetween(28, 34);
  }

  @Test
  void removedSandboxLeavesNoFiles() throws Exception {
    var sandbox = node.addSandbox();
    sandbox.remove();
    assertThat(sandbox.directory()).doesNotExist();
    assertThat(node.sandboxes()).isEmpty();
    try (var left = Files.list(node.root(Layout.GO))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void connectionIsKeptAliveAndPipelinesInOrder() throws Exception {
    var sandbox = node.addSandbox();
    var get = "GET /agent-url HTTP/1.1\r\nHost: shim\r\n\r\n";
    var last = "GET /nothing HTTP/1.1\r\nHost: shim\r\nConnection: close\r\n\r\n";
    var responses = new String(Shims.request(sandbox, get + get + last), StandardCharsets.US_ASCII);
    assertThat(responses.split("vsock://", -1)).hasSize(3);
    assertThat(responses).endsWith("404 page not found\n");
    assertThat(sandbox.requests()).isEqualTo(3);
  }

  @Test
  void debugPagesHaveTheFormatOfGo() throws Exception {
    var sandbox = node.addSandbox();
    assertThat(Shims.get(sandbox, "/debug/pprof/")).contains("<a href='heap?debug=1'>heap</a>");
    assertThat(Shims.get(sandbox, "/debug/vars")).contains("application/json", "\"memstats\"");
    assertThat(Shims.get(sandbox, "/debug/pprof/cmdline")).contains("containerd-shim-kata-v2\0");
    assertThat(Shims.get(sandbox, "/debug/pprof/heap"))
        .contains("Content-Disposition: attachment; filename=\"heap\"");
    assertThat(Shims.get(sandbox, "/debug/pprof/profile?seconds=0")).contains("octet-stream");
    assertThat(Shims.get(sandbox, "/debug/pprof/nothing")).startsWith("HTTP/1.1 404 Not Found");
    var post =
        "POST /debug/pprof/symbol HTTP/1.1\r\nHost: s\r\nConnection: close\r\n"
            + "Content-Length: 17\r\n\r\n0x4a1f80+0x4a1f84";
    assertThat(new String(Shims.request(sandbox, post), StandardCharsets.US_ASCII))
        .endsWith("num_symbols: 1\n0x4a1f80 main.simulatedShim\n0x4a1f84 main.simulatedShim\n");
  }

  @Test
  void staticBodiesAreEqualAndFixedOnesAreWhatWasGiven() throws Exception {
    try (var still = SimulatedNode.start(new SimulatedNode.Options(1, true))) {
      var sandbox = still.addSandbox();
      assertThat(Shims.get(sandbox, "/metrics")).isEqualTo(Shims.get(sandbox, "/metrics"));
    }
    var living = node.addSandbox();
    living.body("kata_x 1\n".getBytes(StandardCharsets.US_ASCII));
    assertThat(Shims.get(living, "/metrics")).endsWith("\r\n\r\nkata_x 1\n");
  }

  @Test
  void thousandShimsAreServed() throws Exception {
    var sandboxes = node.addSandboxes(1000, Layout.GO);
    assertThat(Shims.get(sandboxes.getFirst(), "/agent-url")).contains("vsock://");
    assertThat(Shims.get(sandboxes.getLast(), "/agent-url")).contains("vsock://");
  }
}
