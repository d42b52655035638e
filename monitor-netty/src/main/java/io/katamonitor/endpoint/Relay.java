package io.katamonitor.endpoint;

import io.katamonitor.server.BodySink;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.Response;
import io.katamonitor.shim.ShimCall;
import io.katamonitor.shim.ShimRequest;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Passes one client's body on to one shim and the shim's answer back, each as it comes, never more
 * of it in memory than a write queue holds: one is read only while the other takes. A client that
 * leaves closes the shim's connection.
 *
 * <p>Where the shim gives no usable answer the client gets 502, or 504 at the deadline; once
 * content has begun its connection is closed instead.
 */
final class Relay implements ShimCall.Listener {
  /** What of a shim's answer is passed on. */
  sealed interface Terms {
    /** Any status but a redirect; type and disposition as the shim says. */
    record AsItIs(@Nullable Rewriting rewritingOfHtml) implements Terms {}

    /**
     * Of status 200 only, as a type of ours.
     *
     * @param mostBytes a longer answer is refused, or cut off with the connection
     */
    record Content(String type, long mostBytes, @Nullable Rewriting rewriting) implements Terms {}
  }

  private final Exchange exchange;
  private final Terms terms;
  private @Nullable ShimCall call;
  private @Nullable Rewriting rewriting;
  private boolean begun;
  private boolean bodyAsked;
  private long bytes;

  private Relay(Exchange exchange, Terms terms) {
    this.exchange = exchange;
    this.terms = terms;
  }

  /**
   * Asks a shim for an exchange.
   *
   * @param limit for all of the answer
   */
  static void start(
      Exchange exchange, Path socket, ShimRequest request, Duration limit, Terms terms) {
    var relay = new Relay(exchange, terms);
    var call = ShimCall.start(exchange.eventLoop(), socket, request, limit, relay);
    relay.call = call;
    exchange.onClientGone(call::cancel);
    exchange.onWritable(call::resume);
  }

  @Override
  public void bodyWanted() {
    if (bodyAsked) {
      exchange.resumeBody();
    } else if (call != null) {
      bodyAsked = true;
      exchange.readBody(new Upload(exchange, call));
    }
  }

  /** The request's body on its way to the shim, read no faster than the shim takes it. */
  private record Upload(Exchange exchange, ShimCall call) implements BodySink {
    @Override
    public void content(ByteBuf content) {
      if (!call.send(content)) {
        exchange.pauseBody();
      }
    }

    @Override
    public void end() {
      call.endBody();
    }
  }

  @Override
  public void head(HttpResponse head) {
    switch (terms) {
      case Terms.AsItIs(var rewritingOfHtml) -> {
        if (head.status().codeClass() == HttpStatusClass.REDIRECTION) {
          refuse("The shim answered with a redirect, which is not followed.");
          return;
        }
        if (isHtml(head)) {
          rewriting = rewritingOfHtml;
        }
        begin(HttpResponseStatus.valueOf(head.status().code()), passedOn(head.headers()));
      }
      case Terms.Content(String type, long mostBytes, var wanted) -> {
        if (head.status().code() != 200) {
          refuse("The shim answered with status " + head.status().code() + ".");
        } else if (HttpUtil.getContentLength(head, 0L) > mostBytes) {
          refuse("The shim's answer is too long.");
        } else {
          rewriting = wanted;
          begin(HttpResponseStatus.OK, typed(type));
        }
      }
    }
  }

  private void begin(HttpResponseStatus status, HttpHeaders headers) {
    begun = true;
    exchange.begin(status, headers);
  }

  private static HttpHeaders passedOn(HttpHeaders shims) {
    var headers = new DefaultHttpHeaders();
    String type = shims.get(HttpHeaderNames.CONTENT_TYPE);
    headers.set(HttpHeaderNames.CONTENT_TYPE, type == null ? "application/octet-stream" : type);
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
    if (terms instanceof Terms.Content bounded && bytes > bounded.mostBytes()) {
      content.release();
      cancel();
      exchange.abort();
      return;
    }
    var rewriter = rewriting;
    exchange.write(rewriter == null ? content : rewriter.next(content, exchange.allocator()));
    if (call != null && !exchange.isWritable()) {
      call.pause();
    }
  }

  @Override
  public void end() {
    if (rewriting != null) {
      exchange.write(rewriting.last(exchange.allocator()));
    }
    exchange.end();
  }

  @Override
  public void failed(ShimCall.Failure failure) {
    if (begun) {
      exchange.abort();
      return;
    }
    switch (failure) {
      case LATE ->
          exchange.respond(
              Response.sentence(
                  HttpResponseStatus.GATEWAY_TIMEOUT, "The shim did not answer in time."));
      case NO_DESCRIPTORS ->
          exchange.respond(
              Response.sentence(
                  HttpResponseStatus.SERVICE_UNAVAILABLE,
                  "The monitor has no file descriptor left for a connection to the shim."));
      case UNREACHABLE -> refuse("The shim cannot be reached; the sandbox may be stopping.");
      case BROKEN -> refuse("The shim did not answer with HTTP.");
    }
  }

  private void refuse(String sentence) {
    cancel();
    exchange.respond(Response.sentence(HttpResponseStatus.BAD_GATEWAY, sentence));
  }

  private void cancel() {
    if (call != null) {
      call.cancel();
    }
  }
}
