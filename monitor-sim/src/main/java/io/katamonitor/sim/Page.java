package io.katamonitor.sim;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A response of a shim before framing.
 *
 * @param headers without those of the framing, in order
 * @param length number of bytes used of {@code body}
 * @param writes end of each write of the handler in the body, which determine Go's chunks
 */
@SuppressWarnings("ArrayRecordComponent") // pages are never compared
record Page(
    int status, Map<String, String> headers, byte[] body, int length, List<Integer> writes) {
  static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";

  static Page of(String contentType, byte[] body) {
    return new Page(
        200, Map.of("Content-Type", contentType), body, body.length, List.of(body.length));
  }

  static Page metrics(byte[] body, int length, List<Integer> writes) {
    return new Page(200, Map.of("Content-Type", METRICS_TYPE), body, length, writes);
  }

  static Page text(String text) {
    return of(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** In the format of Go's {@code http.Error}. */
  static Page error(int status, String sentence) {
    return text(sentence + "\n").withStatus(status).with("X-Content-Type-Options", "nosniff");
  }

  static Page notFound() {
    return error(404, "404 page not found");
  }

  Page with(String header, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Page(status, more, body, length, writes);
  }

  Page withStatus(int newStatus) {
    return new Page(newStatus, headers, body, length, writes);
  }
}
