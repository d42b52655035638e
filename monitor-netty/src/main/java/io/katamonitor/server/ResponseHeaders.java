package io.katamonitor.server;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.Date;
import java.util.Map;

/**
 * Makes the header fields that every response has. A field whose name or value contains characters
 * that would end it is dropped: only a shim can send such a header, as those of the configuration
 * were validated.
 */
final class ResponseHeaders {
  private static final DefaultHttpHeadersFactory UNCHECKED =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false);

  // Spelled as Go's server does, for scripts that look for them; Netty's constants are lower case.
  static final AsciiString CONNECTION = AsciiString.cached("Connection");
  static final AsciiString CONTENT_LENGTH = AsciiString.cached("Content-Length");
  static final AsciiString CONTENT_TYPE = AsciiString.cached("Content-Type");
  static final AsciiString TRANSFER_ENCODING = AsciiString.cached("Transfer-Encoding");
  private static final AsciiString DATE = AsciiString.cached("Date");
  private static final AsciiString NO_SNIFF = AsciiString.cached("X-Content-Type-Options");

  private ResponseHeaders() {}

  /**
   * Date, nosniff and the fields of the configuration.
   *
   * @param always fields that each response has
   */
  @SuppressWarnings("JavaUtilDate") // Netty's formatter takes one; java.time's costs 200 classes.
  static HttpHeaders start(Map<String, String> always) {
    var headers = (DefaultHttpHeaders) UNCHECKED.newHeaders();
    headers.set(DATE, DateFormatter.format(new Date()));
    headers.set(NO_SNIFF, "nosniff");
    addAll(headers, always);
    return headers;
  }

  /** Adds the fields of a response, which replace those of the configuration. */
  static void addAll(HttpHeaders headers, Map<String, String> fields) {
    for (var field : fields.entrySet()) {
      headers.remove(field.getKey());
      add(headers, field.getKey(), field.getValue());
    }
  }

  /** Like the other method; if a name occurs several times, all its fields are added. */
  static void addAll(HttpHeaders headers, HttpHeaders fields) {
    var names = fields.iteratorCharSequence();
    while (names.hasNext()) {
      headers.remove(names.next().getKey());
    }
    var all = fields.iteratorCharSequence();
    while (all.hasNext()) {
      var field = all.next();
      add(headers, field.getKey(), field.getValue());
    }
  }

  private static void add(HttpHeaders headers, CharSequence name, CharSequence value) {
    if (HttpHeaderValidationUtil.validateToken(name) < 0
        && HttpHeaderValidationUtil.validateValidHeaderValue(value) < 0) {
      headers.add(name, value);
    }
  }
}
