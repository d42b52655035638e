package io.katamonitor.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Date;

/** Writes a status line and header fields (RFC 9112 sections 4 and 5) into a buffer. */
final class AnswerHead {
  private final ByteBuf to;

  private AnswerHead(ByteBuf to) {
    this.to = to;
  }

  @SuppressWarnings("JavaUtilDate") // Netty's formatter takes one; java.time's costs 200 classes.
  static AnswerHead begin(ByteBuf to, HttpResponseStatus status) {
    var head = new AnswerHead(to);
    head.ascii("HTTP/1.1 ");
    head.ascii(status.codeAsText());
    head.ascii(" ");
    head.ascii(status.reasonPhrase());
    head.ascii("\r\n");
    return head.field("Date", DateFormatter.format(new Date()))
        .field("X-Content-Type-Options", "nosniff");
  }

  /**
   * Adds a field. One whose name or value would break out of it is left out: it can only come from
   * a shim, or from the configuration, where it was checked.
   */
  AnswerHead field(CharSequence name, CharSequence value) {
    if (HttpHeaderValidationUtil.validateToken(name) < 0
        && HttpHeaderValidationUtil.validateValidHeaderValue(value) < 0) {
      ascii(name);
      ascii(": ");
      ascii(value);
      ascii("\r\n");
    }
    return this;
  }

  void end() {
    ascii("\r\n");
  }

  private void ascii(CharSequence text) {
    ByteBufUtil.writeAscii(to, text);
  }
}
