package io.katamonitor.shim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request to a shim.
 *
 * @param target path and query, encoded
 * @param body describes the body that follows; null for none
 */
public record ShimRequest(HttpMethod method, String target, @Nullable Body body) {
  /** The request of a scrape. */
  static final ShimRequest METRICS = get("/metrics");

  /** The request as bytes, so that hundreds of shims need no encoder and no header objects. */
  private static final ByteBuf METRICS_BYTES =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer()
              .writeBytes(
                  "GET /metrics HTTP/1.1\r\nHost: shim\r\nUser-Agent: kata-monitor\r\nConnection: close\r\n\r\n"
                      .getBytes(StandardCharsets.US_ASCII))
              .asReadOnly());

  /**
   * A body that is sent as it arrives.
   *
   * @param length in bytes; null if unknown: then it is sent in chunks
   */
  public record Body(@Nullable String contentType, @Nullable String length) {}

  public static ShimRequest get(String target) {
    return new ShimRequest(HttpMethod.GET, target, null);
  }

  /**
   * Whether it is written as bytes, without an encoder. A record's own {@code equals} would be
   * linked at its first use, which no AOT cache does in advance: 7 ms of the start.
   */
  boolean isReady() {
    return body == null && target.equals(METRICS.target) && method.equals(METRICS.method);
  }

  /** Writes it, or its head if a body follows. */
  void writeTo(Channel channel) {
    if (isReady()) {
      channel.writeAndFlush(METRICS_BYTES.duplicate(), channel.voidPromise());
      return;
    }
    var message = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, target);
    message
        .headers()
        .set(HttpHeaderNames.HOST, "shim")
        .set(HttpHeaderNames.USER_AGENT, "kata-monitor")
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (body == null) {
      channel.write(message);
      channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
      return;
    }
    if (body.length() != null) {
      message.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length());
    } else {
      message.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    if (body.contentType() != null) {
      message.headers().set(HttpHeaderNames.CONTENT_TYPE, body.contentType());
    }
    channel.writeAndFlush(message);
  }
}
