package io.katamonitor.endpoint;

import io.katamonitor.log.Log;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ShimClient;
import io.katamonitor.scrape.ShimClient.ConnectFailure;
import io.katamonitor.server.BodySink;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.Response;
import io.katamonitor.shim.EpollShimClient;
import io.katamonitor.shim.ShimConnection;
import io.katamonitor.shim.ShimListener;
import io.katamonitor.shim.ShimRequest;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Passes the body of one client on to one shim, and the shim's response back, as they arrive. At
 * most a write queue is held in memory: one side is read only while the other is writable. If the
 * client disconnects, the connection to the shim is closed. Confined to the event loop.
 *
 * <p>If the shim sends no usable response, the client gets 502, or 504 at the deadline; once the
 * response has started, its connection is closed instead.
 */
final class ShimProxy implements ShimListener {
  /** Which part of a shim's response is passed on. */
  sealed interface ResponsePolicy {
    /** Any status but a redirect, with the shim's content type and disposition. */
    record PassThrough(@Nullable Rewriting rewritingOfHtml) implements ResponsePolicy {}

    /**
     * Content of status 200 only, with a fixed type.
     *
     * @param maxBytes a longer response is rejected or, once it has started, aborted by closing the
     *     connection
     */
    record ContentOnly(String type, long maxBytes, @Nullable Rewriting rewriting)
        implements ResponsePolicy {}
  }

  private static final Log LOG = Log.of(ShimProxy.class);
  private static final String TOO_LONG = "The shim's response is too long.";

  private final EpollShimClient client;
  private final Exchange exchange;
  private final Sandbox sandbox;
  private final ShimRequest request;
  private final ResponsePolicy policy;

  private @Nullable ShimConnection connection;
  private @Nullable ScheduledFuture<?> deadline;
  private @Nullable ScheduledFuture<?> retry;
  private @Nullable Rewriting rewriting;

  /** What the client's response begins with, when its first content is known to be well-formed. */
  private @Nullable HttpResponseStatus status;

  private HttpHeaders headers = EmptyHttpHeaders.INSTANCE;
  private boolean hasBegun;
  private long bytes;

  ShimProxy(
      EpollShimClient client,
      Exchange exchange,
      Sandbox sandbox,
      ShimRequest request,
      ResponsePolicy policy) {
    this.client = client;
    this.exchange = exchange;
    this.sandbox = sandbox;
    this.request = request;
    this.policy = policy;
  }

  /**
   * @param limit for the whole response
   */
  void start(Duration limit) {
    deadline = exchange.eventLoop().schedule(this::late, limit.toNanos(), TimeUnit.NANOSECONDS);
    exchange.onClientGone(this::stop);
    exchange.onWritable(this::resume);
    connect();
  }

  private void connect() {
    connection = client.open(sandbox, request, this);
  }

  private void resume() {
    if (connection != null) {
      connection.resume();
    }
  }

  private void late() {
    fail(HttpResponseStatus.GATEWAY_TIMEOUT, "The shim did not respond in time.");
  }

  @Override
  public void connectFailed(ConnectFailure failure, String detail) {
    if (failure == ConnectFailure.BACKLOG_FULL) {
      retry =
          exchange
              .eventLoop()
              .schedule(this::connect, ShimClient.BACKLOG_NANOS, TimeUnit.NANOSECONDS);
    } else if (failure == ConnectFailure.NO_DESCRIPTORS) {
      fail(
          HttpResponseStatus.SERVICE_UNAVAILABLE,
          "The monitor has no file descriptor left for a connection to the shim.");
    } else {
      badGateway("The shim cannot be reached; the sandbox may be stopping.");
    }
  }

  @Override
  public void connected() {
    if (connection == null) {
      return;
    }
    connection.sendRequest();
    if (request.body() != null) {
      exchange.readBody(new Upload(exchange, connection));
    }
  }

  @Override
  public void writable() {
    if (request.body() != null) {
      exchange.resumeBody();
    }
  }

  /** The client's body on its way to the shim, read at the shim's pace. */
  private record Upload(Exchange exchange, ShimConnection connection) implements BodySink {
    @Override
    public void content(ByteBuf content) {
      if (!connection.send(content)) {
        exchange.pauseBody();
      }
    }

    @Override
    public void end() {
      connection.endBody();
    }
  }

  @Override
  public void readBegan(int count) {}

  @Override
  public void readComplete() {}

  @Override
  public void head(HttpResponse head) {
    int code = head.status().code();
    if (policy instanceof ResponsePolicy.ContentOnly only) {
      if (code != 200) {
        badGateway("The shim responded with status " + code + ".");
      } else if (HttpUtil.getContentLength(head, 0L) > only.maxBytes()) {
        badGateway(TOO_LONG);
      } else {
        rewriting = only.rewriting();
        accept(HttpResponseStatus.OK, typed(only.type()));
      }
    } else if (head.status().codeClass() == HttpStatusClass.REDIRECTION) {
      badGateway("The shim responded with a redirect, which is not followed.");
    } else if (code < 100 || code > 599) {
      badGateway("The shim responded with a status that does not exist.");
    } else {
      if (policy instanceof ResponsePolicy.PassThrough all && isHtml(head)) {
        rewriting = all.rewritingOfHtml();
      }
      accept(HttpResponseStatus.valueOf(code), passedOn(head.headers()));
    }
  }

  private void accept(HttpResponseStatus accepted, HttpHeaders with) {
    status = accepted;
    headers = with;
  }

  private void begin() {
    if (!hasBegun && status != null) {
      hasBegun = true;
      exchange.begin(status, headers);
    }
  }

  private static HttpHeaders passedOn(HttpHeaders shims) {
    String type = shims.get(HttpHeaderNames.CONTENT_TYPE);
    var headers = typed(type == null ? "application/octet-stream" : type);
    String disposition = shims.get(HttpHeaderNames.CONTENT_DISPOSITION);
    if (disposition != null) {
      headers.set(HttpHeaderNames.CONTENT_DISPOSITION, disposition);
    }
    return headers;
  }

  private static HttpHeaders typed(String type) {
    return new DefaultHttpHeaders().set(HttpHeaderNames.CONTENT_TYPE, type);
  }

  private static boolean isHtml(HttpResponse head) {
    String type = head.headers().get(HttpHeaderNames.CONTENT_TYPE);
    return type != null && type.regionMatches(true, 0, "text/html", 0, "text/html".length());
  }

  @Override
  public void content(ByteBuf content) {
    bytes += content.readableBytes();
    if (policy instanceof ResponsePolicy.ContentOnly only && bytes > only.maxBytes()) {
      badGateway(TOO_LONG);
      return;
    }
    begin();
    // A copy: one byte of a slow shim must not hold a read buffer of 64 KiB in a queue.
    var copy = exchange.allocator().ioBuffer(content.readableBytes()).writeBytes(content);
    exchange.write(rewriting == null ? copy : rewriting.transform(copy, exchange.allocator()));
    // If it becomes writable again within a write, no event reports it.
    if (connection != null && exchange.isWritable()) {
      connection.resume();
    } else if (connection != null) {
      connection.pause();
    }
  }

  @Override
  public void completed() {
    stop();
    try {
      begin();
      if (rewriting != null) {
        exchange.write(rewriting.finish(exchange.allocator()));
      }
      exchange.end();
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      // Off-heap memory is exhausted. The connection to the shim is closed, so it reports no error.
      LOG.error("a shim's response could not be completed", "sandbox", sandbox.id(), "error", e);
      exchange.abort();
    }
  }

  @Override
  public void rejected(FailureReason reason, String detail) {
    if (reason == FailureReason.MEMORY) {
      fail(HttpResponseStatus.SERVICE_UNAVAILABLE, "There is no memory for the shim's response.");
    } else {
      badGateway("The shim did not respond with HTTP.");
    }
  }

  @Override
  public void closed(String detail) {
    badGateway("The shim did not respond with HTTP.");
  }

  private void badGateway(String sentence) {
    fail(HttpResponseStatus.BAD_GATEWAY, sentence);
  }

  private void fail(HttpResponseStatus status, String sentence) {
    stop();
    if (hasBegun) {
      exchange.abort();
    } else {
      exchange.respond(Response.sentence(status, sentence));
    }
  }

  /** Closes the shim's connection and ends both timers. */
  private void stop() {
    if (connection != null) {
      connection.close();
    }
    cancel(deadline);
    cancel(retry);
  }

  private static void cancel(@Nullable ScheduledFuture<?> timer) {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
