package io.katamonitor.server;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;

/**
 * A whole response; its content is sent as UTF-8.
 *
 * @param headers besides Content-Type and the framing ones
 */
public record Response(
    HttpResponseStatus status, String contentType, String content, Map<String, String> headers) {
  public static final String TEXT = "text/plain; charset=utf-8";
  public static final String HTML = "text/html; charset=utf-8";
  public static final String JSON = "application/json";

  public Response {
    headers = Map.copyOf(headers);
  }

  /** A sentence as plain text, with a line feed after it. */
  public static Response sentence(HttpResponseStatus status, String sentence) {
    return text(status, sentence + "\n");
  }

  public static Response text(HttpResponseStatus status, String text) {
    return new Response(status, TEXT, text, Map.of());
  }
}
