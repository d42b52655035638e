package io.katamonitor.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the wire and the endpoints: encryption of a connection, and whose requests
 * are served. Called on the event loop and calls back there, now or later; never blocks it.
 */
public interface Security extends AutoCloseable {
  /** Plain connections, and everybody is served. */
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

  /** Whether clients come by HTTPS; never changes. */
  boolean encrypts();

  /**
   * Readies a new connection, on which nothing is read meanwhile.
   *
   * @param ready is given the handler that stands first in the pipeline, null for a plain one
   */
  void newTlsHandler(Channel channel, Consumer<@Nullable ChannelHandler> ready);

  /** Runs {@code serve}, or answers the exchange with 401 or 503; within 11 s. */
  void authenticate(Exchange exchange, Runnable serve);

  /** Header fields that every answer carries. */
  Map<String, String> fields();

  /** Gives up its threads; the connections that are left are not served any more. */
  @Override
  void close();
}
