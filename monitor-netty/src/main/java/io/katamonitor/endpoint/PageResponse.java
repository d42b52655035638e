package io.katamonitor.endpoint;

import io.katamonitor.server.Exchange;
import io.katamonitor.server.Response;
import io.katamonitor.web.Accept;
import io.katamonitor.web.Page;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.HashMap;

/** Converts a {@link Page} into a response. */
final class PageResponse {
  private PageResponse() {}

  static Accept accepted(Exchange exchange) {
    return Accept.parse(
        String.join(",", exchange.request().headers().getAll(HttpHeaderNames.ACCEPT)));
  }

  /** Responds with a page whose form depends on the client's {@code Accept} header. */
  static void negotiated(Exchange exchange, Page page) {
    var headers = new HashMap<String, String>();
    headers.put("Vary", "Accept");
    if (!page.securityPolicy().isEmpty()) {
      headers.put("Content-Security-Policy", page.securityPolicy());
    }
    exchange.respond(
        new Response(
            HttpResponseStatus.OK, contentType(page.mediaType()), page.content(), headers));
  }

  static String contentType(String mediaType) {
    return mediaType.startsWith("text/") ? mediaType + "; charset=utf-8" : mediaType;
  }
}
