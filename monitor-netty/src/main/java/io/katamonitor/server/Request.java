package io.katamonitor.server;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request's head, parsed.
 *
 * @param path decoded, absolute, without empty, {@code .} or {@code ..} segments
 * @param parameters the query's, decoded, in their order
 */
public record Request(
    HttpMethod method, String path, Map<String, List<String>> parameters, HttpHeaders headers) {
  /** The first value of a parameter, or null where it is not given. */
  public @Nullable String parameter(String name) {
    var values = parameters.get(name);
    return values == null || values.isEmpty() ? null : values.getFirst();
  }

  public boolean isHead() {
    return HttpMethod.HEAD.equals(method);
  }
}
