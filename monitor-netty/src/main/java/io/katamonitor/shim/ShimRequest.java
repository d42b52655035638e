package io.katamonitor.shim;

import io.netty.handler.codec.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * What a shim is asked.
 *
 * @param target path and query, encoded
 * @param body what is said of the body that follows; null for none
 */
public record ShimRequest(HttpMethod method, String target, @Nullable Body body) {
  /**
   * A body that is sent as it comes.
   *
   * @param length in bytes; null where it is not known: then it is sent in chunks
   */
  public record Body(@Nullable String contentType, @Nullable String length) {}

  public static ShimRequest get(String target) {
    return new ShimRequest(HttpMethod.GET, target, null);
  }
}
