package io.katamonitor.endpoint;

import io.katamonitor.log.Log;
import io.katamonitor.scrape.RawBody;
import io.katamonitor.server.Exchange;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * Sends a shim's body to one client, block by block as the client reads; releases it at the end.
 * Confined to the event loop.
 */
final class RawBodySender implements OpenResponses.OpenResponse {
  private static final Log LOG = Log.of(RawBodySender.class);

  /**
   * A fixed type: the Go daemon sniffs the type of the content, and so may serve a shim's HTML as
   * HTML.
   */
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final int BLOCK_BYTES = 64 * 1024;

  private final Exchange exchange;
  private final RawBody body;
  private final OpenResponses open;
  private final ReadingPace pace = new ReadingPace();
  private int sent;
  private boolean done;

  /**
   * @param body owned by the sender
   */
  RawBodySender(Exchange exchange, RawBody body, OpenResponses open) {
    this.exchange = exchange;
    this.body = body;
    this.open = open;
  }

  void start() {
    open.add(this);
    exchange.onClientGone(this::done);
    exchange.onWritable(this::send);
    exchange.begin(
        HttpResponseStatus.OK, new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_TYPE, TYPE));
    send();
  }

  @Override
  public ReadingPace pace() {
    return pace;
  }

  private void send() {
    try {
      sendWritable();
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      // An OutOfMemoryError is one of off-heap memory: an exhausted heap ends the process.
      LOG.error("a response could not be completed", "error", e);
      cut();
    }
  }

  private void sendWritable() {
    pace.continues(System.nanoTime());
    while (!done && exchange.isWritable()) {
      byte[] block = new byte[Math.min(BLOCK_BYTES, body.length() - sent)];
      int length = body.read(sent, block);
      if (length == 0 || exchange.request().isHead()) {
        exchange.onWritable(null);
        exchange.end();
        done();
      } else {
        sent += length;
        pace.wrote(length);
        exchange.write(exchange.allocator().directBuffer(length).writeBytes(block, 0, length));
      }
    }
    if (!done) {
      pace.waits(System.nanoTime());
    }
  }

  @Override
  public void cut() {
    if (!done) {
      exchange.abort();
      done();
    }
  }

  private void done() {
    if (!done) {
      done = true;
      open.remove(this);
      body.release();
    }
  }
}
