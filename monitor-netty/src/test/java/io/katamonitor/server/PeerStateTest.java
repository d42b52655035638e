package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Clients of a TLS listener that start a handshake and disconnect before they are accepted. */
class PeerStateTest {
  private static final int CLIENTS = 100;
  private static final byte[] START_OF_HELLO = {0x16, 3, 1};

  private final AtomicInteger engines = new AtomicInteger();
  private final AtomicInteger handshakes = new AtomicInteger();

  /** Its handler is no TLS: it counts the handshakes whose first bytes it gets. */
  private final class CountingSecurity extends OpenSecurity {
    @Override
    public boolean encrypts() {
      return true;
    }

    @Override
    public void newTlsHandler(Channel channel, Consumer<@Nullable ChannelHandler> ready) {
      engines.incrementAndGet();
      ready.accept(
          new ChannelInboundHandlerAdapter() {
            @Override
            public void handlerAdded(ChannelHandlerContext ctx) {
              handshakes.incrementAndGet();
            }
          });
    }
  }

  @Test
  void nothingIsComputedForClientsThatHaveDisconnected() throws Exception {
    try (var server = server()) {
      var accepting = server.blockLoop();
      for (int i = 0; i < CLIENTS; i++) {
        try (var leaving = server.client()) {
          leaving.send(START_OF_HELLO);
        }
      }
      try (var honest = server.client()) {
        honest.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        accepting.countDown();
        assertThat(honest.reply().text()).contains("HTTPS");
      }
      assertThat(engines).hasValue(1);
      assertThat(handshakes).hasValue(0);
    }
  }

  @Test
  void plainHttpClientGetsA400() throws Exception {
    try (var server = server();
        var client = server.client()) {
      var accepting = server.blockLoop();
      client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      client.socket().shutdownOutput();
      accepting.countDown();
      assertThat(client.reply().text()).contains("HTTPS");
    }
  }

  private RunningServer server() throws Exception {
    return new RunningServer(
        new Router(), ServerLimits.DEFAULT, RequestObserver.NONE, new CountingSecurity());
  }
}
