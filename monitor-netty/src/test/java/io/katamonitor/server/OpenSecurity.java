package io.katamonitor.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Serves every client over plain connections; a test overrides the part that it is about. */
class OpenSecurity implements Security {
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
}
