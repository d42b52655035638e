package io.katamonitor.endpoint;

import io.katamonitor.server.Answer;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.Request;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/**
 * An exchange whose end is told, once, however it comes: before the client can know of it. Confined
 * to its event loop.
 */
final class WatchedExchange implements Exchange {
  /** Hears of the end. */
  interface End {
    /**
     * The answer is complete or given up, or the client has gone.
     *
     * @param failed whether it is an error of the server, or broke off
     */
    void ended(boolean failed);
  }

  private final Exchange exchange;
  private final End end;
  private boolean ended;

  WatchedExchange(Exchange exchange, End end) {
    this.exchange = exchange;
    this.end = end;
    onClientGone(null);
  }

  private void tell(boolean failed) {
    if (!ended) {
      ended = true;
      end.ended(failed);
    }
  }

  @Override
  public Request request() {
    return exchange.request();
  }

  @Override
  public EventLoop eventLoop() {
    return exchange.eventLoop();
  }

  @Override
  public ByteBufAllocator allocator() {
    return exchange.allocator();
  }

  @Override
  public ByteBuf body() {
    return exchange.body();
  }

  @Override
  public void answer(Answer answer) {
    tell(answer.status().code() >= 500);
    exchange.answer(answer);
  }

  @Override
  public void begin(HttpResponseStatus status, HttpHeaders headers) {
    exchange.begin(status, headers);
  }

  @Override
  public void write(ByteBuf content) {
    exchange.write(content);
  }

  @Override
  public boolean isWritable() {
    return exchange.isWritable();
  }

  @Override
  public void onWritable(@Nullable Runnable callback) {
    exchange.onWritable(callback);
  }

  @Override
  public void onClientGone(@Nullable Runnable callback) {
    exchange.onClientGone(() -> {
      tell(false);
      if (callback != null) {
        callback.run();
      }
    });
  }

  @Override
  public void end() {
    tell(false);
    exchange.end();
  }

  @Override
  public void abort() {
    tell(true);
    exchange.abort();
  }
}
