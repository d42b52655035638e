package io.katamonitor.shim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * What a shim is asked.
 *
 * @param target path and query, encoded
 * @param body sent with its length where the method is POST; owned by whoever is given the request
 */
public record ShimRequest(
    HttpMethod method, String target, @Nullable String contentType, ByteBuf body) {
  public static ShimRequest get(String target) {
    return new ShimRequest(HttpMethod.GET, target, null, Unpooled.EMPTY_BUFFER);
  }
}
