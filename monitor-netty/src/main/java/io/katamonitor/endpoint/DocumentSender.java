package io.katamonitor.endpoint;

import io.katamonitor.server.Exchange;
import io.katamonitor.server.Response;
import io.katamonitor.web.Document;
import io.katamonitor.web.DocumentForm;
import io.katamonitor.web.DocumentService;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/**
 * Sends a document to one viewer, block by block, at the viewer's pace. The blocks are shared by
 * all viewers and not copied: the document is held until the last of them was written. Confined to
 * the event loop.
 */
final class DocumentSender implements DocumentService.Viewer, OpenResponses.OpenResponse {
  private final Exchange exchange;
  private final DocumentForm form;
  private final OpenResponses open;
  private final ReadingPace pace = new ReadingPace();
  private @Nullable Document document;
  private int sent;
  private boolean isGone;

  private DocumentSender(Exchange exchange, DocumentForm form, OpenResponses open) {
    this.exchange = exchange;
    this.form = form;
    this.open = open;
  }

  /** Responds to the exchange with a document. */
  static void respond(
      Exchange exchange, DocumentForm form, DocumentService documents, OpenResponses open) {
    var sender = new DocumentSender(exchange, form, open);
    exchange.onClientGone(sender::done);
    documents.request(form, sender);
  }

  @Override
  public void show(Document shown) {
    if (isGone) {
      shown.release();
      return;
    }
    document = shown;
    open.add(this);
    exchange.onWritable(this::send);
    exchange.begin(HttpResponseStatus.OK, headers());
    send();
  }

  @Override
  public void failed() {
    exchange.respond(
        Response.sentence(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            "The page cannot be made now; see the log. Try again."));
  }

  private HttpHeaders headers() {
    var headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, PageResponse.contentType(form.mediaType()));
    headers.set(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT);
    headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    if (!form.securityPolicy().isEmpty()) {
      headers.set(HttpHeaderNames.CONTENT_SECURITY_POLICY, form.securityPolicy());
      headers.set("Referrer-Policy", "no-referrer");
    }
    return headers;
  }

  private void send() {
    pace.continues(System.nanoTime());
    for (var sending = document; sending != null && exchange.isWritable(); sending = document) {
      if (sent == sending.blockCount() || exchange.request().isHead()) {
        exchange.onWritable(null);
        exchange.end();
        done();
      } else {
        var block = sending.block(sent++);
        pace.wrote(block.remaining());
        sending.retain();
        exchange.writeShared(Unpooled.wrappedBuffer(block), sending::release);
      }
    }
    if (document != null) {
      pace.waits(System.nanoTime());
    }
  }

  @Override
  public ReadingPace pace() {
    return pace;
  }

  @Override
  public void cut() {
    if (document != null) {
      exchange.abort();
      done();
    }
  }

  private void done() {
    isGone = true;
    var shown = document;
    if (shown != null) {
      document = null;
      open.remove(this);
      shown.release();
    }
  }
}
