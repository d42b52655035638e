package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * {@link PeerState}: clients of a TLS listener that start a handshake and have left before they are
 * accepted.
 */
class LeavingClientsTest {
  private static final int CLIENTS = 100;
  private static final byte[] START_OF_HELLO = {0x16, 3, 1};

  private final AtomicInteger engines = new AtomicInteger();
  private final AtomicInteger handshakes = new AtomicInteger();

  /** Its handler is no TLS: it counts the handshakes whose first bytes it gets. */
  private final class CountingSecurity implements Security {
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
            public void handlerAdded(io.netty.channel.ChannelHandlerContext ctx) {
              handshakes.incrementAndGet();
            }
          });
    }

    @Override
    public void authenticate(Exchange exchange, Runnable serve) {
      serve.run();
    }

    @Override
    public Map<String, String> fields() {
      return Map.of();
    }

    @Override
    public void close() {}
  }

  private static void hold(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void nothingIsComputedForThem() throws Exception {
    try (var server = server()) {
      var accepting = new CountDownLatch(1);
      server.loop().execute(() -> hold(accepting));
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
      var accepting = new CountDownLatch(1);
      server.loop().execute(() -> hold(accepting));
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
