package io.katamonitor.server;

import io.katamonitor.http.LimitedHeaders;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests are served: turns each decoded head into a {@link PendingRequest} or a
 * {@link Rejection}, and passes on the contents of an accepted body until it is complete or
 * rejected. Nothing follows a rejection. Confined to the event loop.
 */
final class RequestAdmission extends ChannelInboundHandlerAdapter {
  private static final Rejection NOT_HTTP =
      new Rejection(HttpResponseStatus.BAD_REQUEST, "This is not an HTTP request.");
  private static final Rejection PLAIN =
      new Rejection(
          HttpResponseStatus.BAD_REQUEST,
          "This port speaks HTTPS, and this request came as plain HTTP.");
  private static final Rejection LINE_TOO_LONG =
      new Rejection(
          HttpResponseStatus.REQUEST_URI_TOO_LONG,
          "The request line is too long: at most 8 KiB are accepted.");
  private static final Rejection HEAD_TOO_LONG =
      new Rejection(
          HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
          "The request's head is too long: at most 8 KiB are accepted.");
  private static final Rejection TOO_MANY_FIELDS =
      new Rejection(
          HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
          "The request has too many header fields: at most "
              + LimitedHeaders.MAX_FIELDS
              + " are accepted.");
  private static final Rejection VERSION =
      new Rejection(
          HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "Only HTTP/1.0 and HTTP/1.1 are served.");
  private static final Rejection NO_HOST =
      new Rejection(HttpResponseStatus.BAD_REQUEST, "A request must have one Host header field.");
  private static final Rejection BAD_HOST =
      new Rejection(
          HttpResponseStatus.BAD_REQUEST,
          "The Host header field is malformed: a name or an address, and a port, are expected.");
  private static final Rejection BAD_TARGET =
      new Rejection(HttpResponseStatus.BAD_REQUEST, "The request target is malformed.");
  private static final Rejection TOO_MANY_PARAMETERS =
      new Rejection(
          HttpResponseStatus.BAD_REQUEST,
          "The request has too many query parameters: at most "
              + ServerLimits.QUERY_PARAMETERS
              + " are accepted.");
  private static final Rejection TRANSFER_ENCODING =
      new Rejection(
          HttpResponseStatus.NOT_IMPLEMENTED,
          "The only transfer encoding that is accepted is chunked.");
  private static final Rejection BAD_BODY =
      new Rejection(HttpResponseStatus.BAD_REQUEST, "The request's body is malformed.");
  private static final Rejection BODY_TOO_LONG =
      new Rejection(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "The request's body is too long.");
  private static final Rejection EXPECTATION =
      new Rejection(HttpResponseStatus.EXPECTATION_FAILED, "Only 100-continue may be expected.");
  private static final Rejection HEALTH_ONLY =
      new Rejection(
          HttpResponseStatus.SERVICE_UNAVAILABLE,
          "Too many connections are open: only health endpoints are served on this one.");

  /** Method, version, spaces and line end of a request line, at least. */
  private static final int LINE_OVERHEAD = 14;

  private final Router router;
  private final RequestInput input;
  private final Places places;
  private boolean isPlainOnTlsPort;
  private boolean rejected;
  private int bodyLimit;
  private int bodyBytes;

  /** Decides whether a connection may send any request, or only those of health endpoints. */
  interface Places {
    boolean servesHealthOnly();
  }

  RequestAdmission(Router router, RequestInput input, Places places) {
    this.router = router;
    this.input = input;
    this.places = places;
  }

  /** The client speaks plain HTTP to a TLS port: its request is rejected with a sentence. */
  void rejectPlain() {
    isPlainOnTlsPort = true;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (rejected) {
      ReferenceCountUtil.release(message);
    } else if (message instanceof HttpRequest head) {
      headReceived(ctx, head);
    } else if (message instanceof HttpContent content) {
      contentReceived(ctx, content);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == RequestInput.Event.HEAD_TOO_LONG && !rejected) {
      reject(ctx, HEAD_TOO_LONG);
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  private void headReceived(ChannelHandlerContext ctx, HttpRequest head) {
    Rejection reason;
    try {
      reason = rejectionOf(head);
      var target = reason == null ? RequestTarget.parse(head.uri()) : null;
      if (target != null) {
        reason = accept(ctx, head, target);
      } else if (reason == null) {
        reason = BAD_TARGET;
      }
    } finally {
      ReferenceCountUtil.release(head); // Netty's substitute for an unreadable one is counted.
    }
    if (reason != null) {
      reject(ctx, reason);
    }
  }

  private @Nullable Rejection accept(
      ChannelHandlerContext ctx, HttpRequest head, RequestTarget target) {
    if (RequestTarget.countParameters(target.query()) > ServerLimits.QUERY_PARAMETERS) {
      return TOO_MANY_PARAMETERS;
    }
    var route = router.find(target);
    if (!route.isHealth() && places.servesHealthOnly()) {
      return HEALTH_ONLY;
    }
    var headers = head.headers();
    boolean isHttp10 = head.protocolVersion().minorVersion() == 0;
    long length = HttpUtil.getContentLength(head, 0L);
    boolean hasBody = length > 0 || HttpUtil.isTransferEncodingChunked(head);
    boolean bodyIsRead = route.readsBodyOf(head.method());
    bodyLimit = bodyIsRead ? ServerLimits.BODY_BYTES : ServerLimits.DISCARDED_BYTES;
    bodyBytes = 0;
    if (length > bodyLimit) {
      return BODY_TOO_LONG;
    }
    String expectation = hasBody && !isHttp10 ? headers.get(HttpHeaderNames.EXPECT) : null;
    if (expectation != null && !HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectation)) {
      return EXPECTATION;
    }
    input.startBody();
    ctx.fireChannelRead(
        new PendingRequest(
            new Request(head.method(), target.path(), target.parameters(), headers),
            route,
            isHttp10,
            hasBody,
            bodyIsRead,
            expectation != null,
            // Netty lets HTTP/1.0 repeat lengths: nothing after such a body is trusted.
            HttpUtil.isKeepAlive(head) && !(isHttp10 && hasBody)));
    return null;
  }

  /** Why a head is rejected, before its target is parsed; null if it is not. */
  private @Nullable Rejection rejectionOf(HttpRequest head) {
    if (isPlainOnTlsPort) {
      return PLAIN;
    }
    var headers = head.headers();
    boolean isHttp11 =
        head.protocolVersion().majorVersion() == 1 && head.protocolVersion().minorVersion() > 0;
    if (isHttp11 && hasOtherTransferEncoding(headers)) {
      return TRANSFER_ENCODING;
    }
    if (head.decoderResult().isFailure()) {
      return unreadable(head.decoderResult().cause());
    }
    if (head.protocolVersion().majorVersion() != 1) {
      return VERSION;
    }
    if (headBytes(head) > ServerLimits.HEAD_BYTES) {
      return HEAD_TOO_LONG;
    }
    var hosts = headers.getAll(HttpHeaderNames.HOST);
    if (hosts.size() > 1 || (hosts.isEmpty() && isHttp11)) {
      return NO_HOST;
    }
    return hosts.isEmpty() || HostHeader.isValid(hosts.getFirst()) ? null : BAD_HOST;
  }

  /** Whether there is an encoding that is not chunked. A second chunked is malformed instead. */
  private static boolean hasOtherTransferEncoding(HttpHeaders headers) {
    List<String> fields = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    for (String field : fields) {
      for (String encoding : field.split(",", -1)) {
        if (!HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(encoding.strip())) {
          return true;
        }
      }
    }
    return false;
  }

  private static Rejection unreadable(Throwable cause) {
    if (cause instanceof LimitedHeaders.TooManyFieldsException) {
      return TOO_MANY_FIELDS;
    }
    if (cause instanceof TooLongHttpLineException) {
      return LINE_TOO_LONG;
    }
    return cause instanceof TooLongHttpHeaderException ? HEAD_TOO_LONG : NOT_HTTP;
  }

  /** Netty limits the request line and the fields, but not both together. */
  private static int headBytes(HttpRequest head) {
    int bytes = LINE_OVERHEAD + head.uri().length();
    var fields = head.headers().iteratorCharSequence();
    while (fields.hasNext()) {
      Map.Entry<CharSequence, CharSequence> field = fields.next();
      bytes += field.getKey().length() + field.getValue().length() + 4;
    }
    return bytes;
  }

  private void contentReceived(ChannelHandlerContext ctx, HttpContent content) {
    bodyBytes += content.content().readableBytes();
    if (content.decoderResult().isFailure() || bodyBytes > bodyLimit) {
      boolean isTooLong = bodyBytes > bodyLimit;
      content.release();
      reject(ctx, isTooLong ? BODY_TOO_LONG : BAD_BODY);
      return;
    }
    if (content instanceof LastHttpContent) {
      input.startHead();
    }
    ctx.fireChannelRead(content);
  }

  private void reject(ChannelHandlerContext ctx, Rejection reason) {
    rejected = true;
    input.discard();
    ctx.fireChannelRead(reason);
  }
}
