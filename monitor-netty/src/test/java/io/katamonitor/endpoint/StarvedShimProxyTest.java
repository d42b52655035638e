package io.katamonitor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.server.RequestObserver;
import io.katamonitor.server.Router;
import io.katamonitor.server.RunningServer;
import io.katamonitor.shim.EpollShimClient;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link ShimProxy} where Netty has no memory for the next buffer. */
class StarvedShimProxyTest {
  @TempDir private Path root;
  private SandboxParameter parameter;
  private ScriptedShim shim;

  /** Number of buffers for which the next request has memory. */
  private volatile int buffers;

  @BeforeEach
  void listen() throws IOException {
    parameter = new SandboxParameter(ScriptedShim.registry(root, "box1"));
    shim = new ScriptedShim();
    shim.listen(
        root.resolve("box1").resolve(Sandbox.SOCKET_NAME),
        ScriptedShim.responding("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nvsock:1"));
  }

  @AfterEach
  void close() throws IOException {
    shim.close();
  }

  private Router router(EventLoop loop) {
    var proxies = new ShimProxies(new EpollShimClient(loop));
    var endpoint = new AgentUrlEndpoint(parameter, proxies, Duration.ofSeconds(10));
    return new Router()
        .add(
            "/agent-url",
            "agent-url",
            exchange -> endpoint.serve(StarvedExchange.of(exchange, buffers)));
  }

  /**
   * None for the content; none for the line feed after it, when the shim's connection is closed.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void connectionIsClosedAndTheNextRequestIsServed(int buffersLeft) throws Exception {
    try (var server = new RunningServer(this::router, RequestObserver.NONE)) {
      buffers = buffersLeft;
      try (var client = server.client()) {
        client.send("GET /agent-url?sandbox=box1 HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(client.rest()).doesNotContain("\r\n0\r\n");
      }
      buffers = 2;
      try (var client = server.client()) {
        assertThat(client.get("/agent-url?sandbox=box1").reply().text()).isEqualTo("vsock:1\n");
      }
    }
  }

  @Test
  void rewritingReleasesContentWithoutABuffer() {
    var content = Unpooled.copiedBuffer("<a href=x>", StandardCharsets.US_ASCII);
    var none = StarvedExchange.allocator(ByteBufAllocator.DEFAULT, 0);
    assertThatThrownBy(() -> new LinkRewriting(new SandboxId("box1")).transform(content, none))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(content.refCnt()).isZero();
  }
}
