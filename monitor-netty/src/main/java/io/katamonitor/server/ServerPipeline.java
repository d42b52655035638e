package io.katamonitor.server;

import io.katamonitor.http.LimitedHeaders;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import org.jspecify.annotations.Nullable;

/** Builds the pipeline of a client connection. */
final class ServerPipeline {
  static final String TLS = "tls";

  /** More requests than a slice of input holds: the codec never closes for their number. */
  private static final int MAX_DECODED_REQUESTS = 64;

  private ServerPipeline() {}

  /**
   * Adds the handlers in the order of the wire. The channel must not read by itself.
   *
   * @param tls null on a plain listener
   */
  static void build(
      Channel channel, @Nullable ChannelHandler tls, Router router, ClientConnection connection) {
    var pipeline = channel.pipeline();
    var input = connection.input();
    var admission = new RequestAdmission(router, input, connection);
    if (tls != null) {
      // Takes the handler's place until the client's first byte shows that it speaks TLS.
      pipeline.addLast(
          TLS, new TlsDetector(tls, connection::startHandshake, admission::rejectPlain));
    }
    pipeline
        // Bounds what the codec decodes ahead; reports the end of input in order.
        .addLast("input", input)
        // Request and response heads, chunks, HEAD and 204 without content.
        .addLast("http-codec", new HttpServerCodec(decoderConfig(), MAX_DECODED_REQUESTS))
        // One decoded object for each read.
        .addLast("flow-control", new FlowControlHandler())
        // Deadlines of head, body and unread responses.
        .addLast("timeouts", connection.timeouts())
        // Host, version, body and parameter limits, places kept for health endpoints.
        .addLast("admission", admission)
        // One request at a time to its endpoint.
        .addLast("requests", connection);
  }

  /** RFC 9112 strictly: no bare line feed, no length beside chunks, one length. */
  static HttpDecoderConfig decoderConfig() {
    return new HttpDecoderConfig()
        .setMaxInitialLineLength(ServerLimits.HEAD_BYTES)
        .setMaxHeaderSize(ServerLimits.HEAD_BYTES)
        .setMaxChunkSize(ServerLimits.READ_BYTES)
        .setHeadersFactory(LimitedHeaders.FACTORY)
        .setTrailersFactory(LimitedHeaders.FACTORY)
        .setStrictLineParsing(true)
        .setUseRfc9112TransferEncoding(true)
        .setAllowDuplicateContentLengths(false);
  }
}
