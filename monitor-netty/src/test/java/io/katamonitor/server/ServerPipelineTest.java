package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerPipelineTest {
  private static List<String> handlers(boolean withTls) {
    var channel = new EmbeddedChannel();
    channel.config().setAutoRead(false);
    var router = new Router();
    var server =
        new HttpServer(channel.eventLoop(), router, ServerLimits.DEFAULT, RequestObserver.NONE);
    ServerPipeline.build(
        channel,
        withTls ? new ChannelInboundHandlerAdapter() : null,
        router,
        new ClientConnection(server, channel));
    var names = channel.pipeline().names();
    channel.finishAndReleaseAll();
    return names;
  }

  @Test
  void handlersAreInTheOrderOfTheWire() {
    assertThat(handlers(false))
        .containsSubsequence(
            "input", "http-codec", "flow-control", "timeouts", "admission", "requests");
    assertThat(handlers(true)).startsWith("tls", "input");
  }
}
