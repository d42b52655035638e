package io.katamonitor.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/**
 * Serves some requests in memory before the first port is open, so that classes, the time zone of
 * the Date field and error responses are loaded while there are descriptors for it. A class or a
 * time zone that cannot be opened when all descriptors are connections would leave a client without
 * its response. Runs on the caller's thread; its channels are on no real event loop.
 */
final class ServerPreload {
  private static final String END = " HTTP/1.1\r\nHost: localhost\r\n";

  private ServerPreload() {}

  /** Serves each kind of response once, and gives what was sent. */
  static String run() {
    var router =
        new Router()
            .add("/stream", "stream", ServerPreload::stream)
            .add("/failure", "failure", ServerPreload::fail);
    String kept = "GET /nothing" + END + "\r\nGET /stream" + END + "\r\nGET /failure" + END;
    return serve(router, kept + "\r\nPOST /stream" + END + "\r\n", "malformed\r\n\r\n")
        + serve(router, "GET /nothing" + END + "Transfer-Encoding: gzip\r\n\r\n");
  }

  private static void stream(Exchange exchange) {
    exchange.begin(HttpResponseStatus.OK, new DefaultHttpHeaders());
    exchange.write(Unpooled.copiedBuffer("content", StandardCharsets.US_ASCII));
    exchange.end();
  }

  private static void fail(Exchange exchange) {
    exchange.respond(Response.sentence(HttpResponseStatus.INTERNAL_SERVER_ERROR, "It failed."));
  }

  private static String serve(Router router, String... inputs) {
    var channel = new EmbeddedChannel();
    channel.config().setAutoRead(false);
    var server =
        new HttpServer(
            channel.eventLoop(), router, ServerLimits.DEFAULT, RequestObserver.NONE, Security.NONE);
    var connection = new ClientConnection(server, channel);
    ServerPipeline.build(channel, null, router, connection);
    connection.start();
    for (String input : inputs) {
      channel.writeInbound(Unpooled.copiedBuffer(input, StandardCharsets.US_ASCII));
    }
    channel.finish();
    var sent = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      sent.append(out.toString(StandardCharsets.US_ASCII));
      out.release();
    }
    return sent.toString();
  }
}
