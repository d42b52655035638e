package io.katamonitor.endpoint;

import io.katamonitor.server.Endpoint;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.Request;
import io.katamonitor.server.Response;
import io.katamonitor.server.Router;
import io.katamonitor.shim.ShimRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shims' own debug pages ({@code expvar} and {@code net/http/pprof} of Go), passed through.
 * Path and query are rebuilt from the parsed request; the {@code seconds} of a profile are capped.
 */
public final class DebugEndpoint implements Endpoint {
  private static final String INDEX = "/debug/pprof/";
  private static final String PROFILE = INDEX + "profile";
  private static final String SYMBOL = INDEX + "symbol";

  private static final List<String> PATHS =
      List.of(
          "/debug/vars",
          INDEX,
          INDEX + "allocs",
          INDEX + "block",
          INDEX + "cmdline",
          INDEX + "goroutine",
          INDEX + "heap",
          INDEX + "mutex",
          PROFILE,
          INDEX + "threadcreate",
          INDEX + "trace");

  private static final double MAX_SECONDS = 600;

  /** Default of {@code net/http/pprof.Profile}, if {@code seconds} is absent, 0 or a fraction. */
  private static final double PROFILE_SECONDS = 30;

  private final SandboxParameter parameter;
  private final ShimProxies proxies;
  private final Duration grace;

  /**
   * @param grace time that a response may take beyond the requested seconds
   */
  public DebugEndpoint(SandboxParameter parameter, ShimProxies proxies, Duration grace) {
    this.parameter = parameter;
    this.proxies = proxies;
    this.grace = grace;
  }

  /** Adds all paths of the debug tree that exist. */
  public void addTo(Router router) {
    for (var path : PATHS) {
      router.add(path, "debug", this);
    }
    router.addWithPost(SYMBOL, "debug", this);
  }

  @Override
  public void serve(Exchange exchange) {
    var sandbox = parameter.resolveOrRespond(exchange);
    if (sandbox == null) {
      return;
    }
    var request = exchange.request();
    double seconds = seconds(request);
    if (seconds < 0) {
      exchange.respond(
          Response.sentence(
              HttpResponseStatus.BAD_REQUEST, "The seconds parameter must be a number."));
      return;
    }
    String path = request.path();
    proxies.start(
        exchange,
        sandbox,
        path.equals(PROFILE) ? ShimProxies.Kind.PROFILE : ShimProxies.Kind.OTHER,
        new ShimRequest(request.method(), path + query(request, seconds), body(request)),
        limit(path, seconds),
        new ShimProxy.ResponsePolicy.PassThrough(
            path.equals(INDEX) ? new LinkRewriting(sandbox.id()) : null));
  }

  Duration limit(String path, double seconds) {
    boolean isDefault = path.equals(PROFILE) && (seconds == 0 || seconds != Math.rint(seconds));
    return grace.plusMillis((long) ((isDefault ? PROFILE_SECONDS : seconds) * 1_000));
  }

  /** The requested seconds, at most {@link #MAX_SECONDS}; 0 if absent, negative if not a number. */
  private static double seconds(Request request) {
    String text = request.parameter("seconds");
    if (text == null || text.isEmpty()) {
      return 0;
    }
    for (int i = 0; i < text.length(); i++) {
      if ((text.charAt(i) < '0' || text.charAt(i) > '9') && text.charAt(i) != '.') {
        return -1;
      }
    }
    try {
      return Math.min(Double.parseDouble(text), MAX_SECONDS);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static ShimRequest.@Nullable Body body(Request request) {
    if (!request.method().equals(HttpMethod.POST)) {
      return null;
    }
    var headers = request.headers();
    boolean chunked = headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
    return new ShimRequest.Body(
        headers.get(HttpHeaderNames.CONTENT_TYPE),
        chunked ? null : headers.get(HttpHeaderNames.CONTENT_LENGTH, "0"));
  }

  private static String query(Request request, double seconds) {
    var query = new StringBuilder();
    request
        .parameters()
        .forEach((name, values) -> {
          if (name.equals("seconds")) {
            append(query, name, seconds == MAX_SECONDS ? "600" : values.getFirst());
          } else if (!SandboxParameter.NAMES.contains(name)) {
            values.forEach(value -> append(query, name, value));
          }
        });
    return query.toString();
  }

  /** Addresses are passed as {@code ?0x1+0x2}: a parameter without value, in which + is kept. */
  private static void append(StringBuilder query, String name, @Nullable String value) {
    query.append(query.isEmpty() ? '?' : '&');
    query.append(URLEncoder.encode(name, StandardCharsets.UTF_8));
    if (value != null && !value.isEmpty()) {
      query.append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }
  }
}
