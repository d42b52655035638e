package io.katamonitor.endpoint;

import io.katamonitor.config.ListenAddress;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.Request;
import io.katamonitor.server.Response;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The request parameter that names a sandbox: {@code sandbox}, or {@code sandbox_id} as in Kata's
 * documentation. Error texts are constant: they contain nothing that a client sent, and nothing of
 * the file system.
 */
public final class SandboxParameter {
  static final Set<String> NAMES = Set.of("sandbox", "sandbox_id");

  /** Longest id whose socket path fits in {@code sun_path} (107 bytes). */
  private static final int MAX_ID_LENGTH =
      ListenAddress.LONGEST_SOCKET_PATH - ("//" + Sandbox.SOCKET_NAME).length();

  private final SandboxRegistry registry;

  public SandboxParameter(SandboxRegistry registry) {
    this.registry = registry;
  }

  /** Whether the request names a sandbox at all, legal or not. */
  public static boolean isIn(Request request) {
    return value(request) != null;
  }

  /**
   * The sandbox that a request names. Null if there is no such sandbox; the response was then sent:
   * 400 for a missing or malformed id, 404 for an unknown one.
   */
  public @Nullable Sandbox resolveOrRespond(Exchange exchange) {
    String value = value(exchange.request());
    if (value == null) {
      refuse(
          exchange,
          HttpResponseStatus.BAD_REQUEST,
          "This needs a sandbox: add ?sandbox=ID; /sandboxes lists the ids.");
      return null;
    }
    var id = SandboxId.parse(value);
    if (id == null || value.length() > MAX_ID_LENGTH) {
      refuse(exchange, HttpResponseStatus.BAD_REQUEST, "The sandbox parameter is no sandbox id.");
      return null;
    }
    var sandbox = registry.find(id);
    if (sandbox == null) {
      refuse(
          exchange,
          HttpResponseStatus.NOT_FOUND,
          "There is no such sandbox; it may have been stopped or deleted.");
    }
    return sandbox;
  }

  /**
   * An empty value counts as absent, as in the Go daemon: {@code /metrics?sandbox=} has all
   * sandboxes.
   */
  static @Nullable String value(Request request) {
    String value = request.parameter("sandbox");
    if (value == null || value.isEmpty()) {
      value = request.parameter("sandbox_id");
    }
    return value == null || value.isEmpty() ? null : value;
  }

  private static void refuse(Exchange exchange, HttpResponseStatus status, String sentence) {
    exchange.respond(Response.sentence(status, sentence));
  }
}
