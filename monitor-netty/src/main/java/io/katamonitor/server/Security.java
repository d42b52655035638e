package io.katamonitor.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * TLS and authentication: encrypts connections, and decides whose requests are served. Called on
 * the event loop and calls back there, now or later; never blocks it.
 */
public interface Security extends AutoCloseable {
  /** Neither: plain connections, and every client is served. */
  Security NONE =
      new Security() {
        @Override
        public boolean encrypts() {
          return false;
        }

        @Override
        public void newTlsHandler(Channel channel, Consumer<@Nullable ChannelHandler> ready) {
          ready.accept(null);
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
      };

  /** Whether clients connect by HTTPS; never changes. */
  boolean encrypts();

  /**
   * Readies a new connection, on which nothing is read meanwhile.
   *
   * @param ready is given the handler that stands first in the pipeline, null for a plain one
   */
  void newTlsHandler(Channel channel, Consumer<@Nullable ChannelHandler> ready);

  /** Runs {@code serve}, or responds to the exchange with 401 or 503; within 11 s. */
  void authenticate(Exchange exchange, Runnable serve);

  /** Header fields of every response. */
  Map<String, String> fields();

  /** Ends its threads; connections that are still open are not served any more. */
  @Override
  void close();
}
