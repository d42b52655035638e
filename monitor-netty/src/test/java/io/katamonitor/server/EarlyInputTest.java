package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a client sends before the files of TLS have been checked. */
class EarlyInputTest {
  private final Semaphore ready = new Semaphore(0);

  /** Readies a connection after 100 ms, by a handler that is no TLS. */
  private final class LateSecurity extends OpenSecurity {
    @Override
    public boolean encrypts() {
      return true;
    }

    @Override
    public void newTlsHandler(Channel channel, Consumer<@Nullable ChannelHandler> then) {
      channel
          .eventLoop()
          .schedule(
              () -> {
                then.accept(new ChannelInboundHandlerAdapter());
                ready.release();
              },
              100,
              TimeUnit.MILLISECONDS);
    }
  }

  /**
   * A new client gets the descriptor of a connection that is closed for it, and with it an event
   * that the kernel had reported for that connection: its bytes are read before they are requested.
   */
  @Test
  void waitsForTheTlsHandler() throws Exception {
    var limits = ServerLimits.DEFAULT;
    try (var server =
        new RunningServer(new Router(), limits, RequestObserver.NONE, new LateSecurity())) {
      var silent = clients(server, limits.handshakes());
      assertThat(ready.tryAcquire(limits.handshakes(), 10, TimeUnit.SECONDS)).isTrue();

      var accepting = server.blockLoop();
      var newClients = clients(server, limits.handshakes());
      for (int i = 0; i < limits.handshakes(); i++) {
        silent.get(i).send(new byte[] {0x16, 3, 1});
        newClients.get(i).send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      }
      accepting.countDown();

      for (var newClient : newClients) {
        assertThat(newClient.reply().text()).contains("HTTPS");
        newClient.close();
      }
      for (var client : silent) {
        client.close();
      }
    }
  }

  @Test
  void closesAConnectionThatFailsBeforeItsPipelineIsComplete() {
    var channel = new EmbeddedChannel(new EarlyInput());
    channel.pipeline().fireExceptionCaught(new IOException("reset"));
    assertThat(channel.isOpen()).isFalse();
    channel.checkException(); // Nothing came to the end of the pipeline, where it is logged.
  }

  @Test
  void passesOnWhatFailsLater() {
    var caught = new ArrayList<Throwable>();
    var last =
        new ChannelInboundHandlerAdapter() {
          @Override
          public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            caught.add(cause);
          }
        };
    var channel = new EmbeddedChannel(new EarlyInput(), last);
    var reset = new IOException("reset");
    channel.pipeline().fireExceptionCaught(reset);
    assertThat(caught).containsExactly(reset);
    channel.close();
  }

  private static List<RawClient> clients(RunningServer server, int count) throws IOException {
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < count; i++) {
      clients.add(server.client());
    }
    return clients;
  }
}
