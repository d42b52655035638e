package io.katamonitor.server;

import io.katamonitor.log.Log;
import io.katamonitor.server.Router.Route;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: takes a request, has it served, and only then looks at the next.
 * Confined to its event loop. The last handler of the pipeline, behind the {@link RequestDecoder}.
 *
 * <p>A client that closes its sending side while it is served has left, unless it had said that it
 * will not send more ({@code Connection: close}, or HTTP/1.0): such a one still gets its answer.
 */
final class Connection extends ChannelInboundHandlerAdapter {
  private static final Log LOG = Log.of(HttpServer.class);
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private enum State {
    /** Between requests, or in a head. */
    READING_HEAD,
    READING_BODY,
    SERVING,
    /** Answered for the last time; input is thrown away until the client has seen it. */
    LINGERING
  }

  private final HttpServer server;
  private final Channel channel;
  private final RequestDecoder decoder;
  private final StalledWrites writes;

  private State state = State.READING_HEAD;
  private long stateSince = System.nanoTime();

  /** A head has begun: it must be whole in time. So must a connection's first one. */
  private boolean headBegun = true;

  private boolean inputClosed;
  private boolean stopping;

  private @Nullable Incoming incoming;
  private @Nullable HttpExchange exchange;

  /** A request whose body is not read to its end. */
  private static final class Incoming {
    final Request request;
    final Route route;
    final boolean oldVersion;
    final boolean takesBody;
    boolean keepAlive;
    boolean awaitsContinue;
    int bodyBytes;

    Incoming(
        Request request, Route route, boolean oldVersion, boolean takesBody, boolean keepAlive) {
      this.request = request;
      this.route = route;
      this.oldVersion = oldVersion;
      this.takesBody = takesBody;
      this.keepAlive = keepAlive;
    }

    int bodyLimit() {
      return takesBody ? ServerLimits.BODY_BYTES : ServerLimits.DISCARDED_BYTES;
    }
  }

  Connection(HttpServer server, Channel channel) {
    this.server = server;
    this.channel = channel;
    this.decoder = new RequestDecoder(this::bytesCame);
    this.writes = new StalledWrites(channel);
  }

  RequestDecoder decoder() {
    return decoder;
  }

  RequestObserver observer() {
    return server.observer();
  }

  Map<String, String> extraFields() {
    return server.security().fields();
  }

  private void bytesCame() {
    if (state == State.READING_HEAD && !headBegun) {
      headBegun = true;
      stateSince = System.nanoTime();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (state == State.LINGERING) {
        return;
      }
      if (message instanceof HttpRequest head) {
        headCame(head);
      } else if (message instanceof HttpContent content) {
        contentCame(content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void headCame(HttpRequest head) {
    if (head.decoderResult().isFailure()) {
      refuseUnreadable(head.decoderResult().cause());
      return;
    }
    var version = head.protocolVersion();
    if (version.majorVersion() != 1) {
      refuse(
          HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "Only HTTP/1.0 and HTTP/1.1 are served.");
      return;
    }
    boolean oldVersion = version.minorVersion() == 0;
    var headers = head.headers();
    int hosts = headers.getAll(HttpHeaderNames.HOST).size();
    if (hosts > 1 || (hosts == 0 && !oldVersion)) {
      refuse(HttpResponseStatus.BAD_REQUEST, "A request must name one Host.");
      return;
    }
    var target = RequestTarget.parse(head.uri());
    if (target == null) {
      refuse(HttpResponseStatus.BAD_REQUEST, "The request target is malformed.");
      return;
    }
    boolean hasBody =
        HttpUtil.isTransferEncodingChunked(head) || HttpUtil.getContentLength(head, 0L) > 0;
    var route = server.router().find(target);
    var request = new Request(head.method(), target.path(), target.parameters(), headers);
    var coming =
        new Incoming(
            request,
            route,
            oldVersion,
            route.takesBodyOf(head.method()),
            // Netty lets HTTP/1.0 repeat lengths: nothing behind such a body is trusted.
            HttpUtil.isKeepAlive(head) && !stopping && !(oldVersion && hasBody));
    incoming = coming;
    enter(State.READING_BODY);
    if (HttpUtil.getContentLength(head, 0L) > coming.bodyLimit()) {
      refuse(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "The request's body is too long.");
      return;
    }
    String expectation = headers.get(HttpHeaderNames.EXPECT);
    if (expectation != null && hasBody && !oldVersion) {
      meet(expectation, coming);
    } else if (coming.takesBody && hasBody) {
      serve(coming, true);
    }
  }

  private void meet(String expectation, Incoming coming) {
    if (!HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectation)) {
      refuse(HttpResponseStatus.EXPECTATION_FAILED, "Only 100-continue can be expected.");
    } else if (coming.takesBody) {
      coming.awaitsContinue = true;
      serve(coming, true);
    } else {
      coming.keepAlive = false; // Its body may or may not follow the answer.
      serve(coming, false);
    }
  }

  private void contentCame(HttpContent content) {
    var coming = incoming;
    if (coming == null) {
      return;
    }
    if (content.decoderResult().isFailure()) {
      refuse(HttpResponseStatus.BAD_REQUEST, "The request's body is malformed.");
      return;
    }
    coming.bodyBytes += content.content().readableBytes();
    if (coming.bodyBytes > coming.bodyLimit()) {
      refuse(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "The request's body is too long.");
      return;
    }
    boolean isLast = content instanceof LastHttpContent;
    if (exchange != null) {
      if (isLast) {
        incoming = null;
        decoder.pause();
      }
      exchange.bodyCame(content.content().retain(), isLast);
    } else if (isLast) {
      serve(coming, false);
    }
  }

  /**
   * @param bodyFollows and is read when the endpoint asks for it; else it is none or was thrown
   *     away
   */
  private void serve(Incoming coming, boolean bodyFollows) {
    incoming = bodyFollows ? coming : null;
    var begun =
        new HttpExchange(
            this,
            channel,
            coming.request,
            coming.route,
            coming.oldVersion,
            coming.keepAlive,
            bodyFollows);
    exchange = begun;
    enter(State.SERVING);
    decoder.pause();
    observer().began(coming.route.handler());
    server.security().authenticate(begun, () -> serve(begun, coming.route));
  }

  private void serve(HttpExchange begun, Route route) {
    if (exchange != begun) {
      return; // The client has left meanwhile.
    }
    try {
      route.serve(begun);
    } catch (RuntimeException | LinkageError e) {
      LOG.error("an endpoint failed", "handler", route.handler(), "error", e);
      if (begun.hasBegun()) {
        begun.abort();
      } else {
        begun.answer(
            Answer.sentence(
                HttpResponseStatus.INTERNAL_SERVER_ERROR,
                "The request failed; the log tells why."));
      }
    }
  }

  /** The exchange's: somebody takes its body. */
  void readBody() {
    if (incoming != null && incoming.awaitsContinue) {
      incoming.awaitsContinue = false;
      channel.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE));
    }
    readOn();
  }

  /** The exchange's. */
  void pauseBody() {
    decoder.pause();
  }

  /** The exchange's. */
  void resumeBody() {
    readOn();
  }

  /** The exchange's, when the answer was given to the channel. */
  void answered(boolean keepAlive) {
    exchange = null;
    if (incoming != null) { // The rest of its body: not read, or not yet come.
      incoming = null;
      enter(State.LINGERING);
      readOn();
    }
    if (state == State.LINGERING) {
      closeOutput();
    } else if (!keepAlive || stopping) {
      closeAfterWrites();
    } else {
      enter(State.READING_HEAD);
      headBegun = false;
      if (channel.isWritable()) {
        readOn();
      }
    }
  }

  private void readOn() {
    try {
      decoder.resume(channel.pipeline().context(decoder));
    } catch (Exception e) {
      channel.pipeline().fireExceptionCaught(e);
    }
    if (inputClosed && state == State.READING_HEAD) {
      closeAfterWrites();
    } else if (inputClosed && isReadingBody()) {
      channel.close(); // The rest of it will never come.
    }
  }

  private boolean isReadingBody() {
    return state == State.SERVING && incoming != null && !decoder.isPaused();
  }

  private void refuseUnreadable(Throwable cause) {
    switch (cause) {
      case TooLongHttpLineException e ->
          refuse(HttpResponseStatus.REQUEST_URI_TOO_LONG, "The request line is too long.");
      case TooLongHttpHeaderException e ->
          refuse(
              HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
              "The request's head is too long.");
      default -> refuse(HttpResponseStatus.BAD_REQUEST, "This is not an HTTP request.");
    }
  }

  /** Answers what is no request, and never reads another one from this client. */
  private void refuse(HttpResponseStatus status, String sentence) {
    incoming = null;
    enter(State.LINGERING);
    if (exchange != null) {
      exchange.refuseBody(Answer.sentence(status, sentence));
      return;
    }
    observer().began(Router.MALFORMED.handler());
    var last =
        new HttpExchange(
            this,
            channel,
            HttpExchange.unreadable(EmptyHttpHeaders.INSTANCE),
            Router.MALFORMED,
            false,
            false,
            false);
    last.answer(Answer.sentence(status, sentence));
  }

  /**
   * Sends the end of output and goes on reading: closing at once, with input unread, would reset
   * the connection and could take the answer from the client (RFC 9112 section 9.6).
   */
  private void closeOutput() {
    if (inputClosed || isSecure() || !(channel instanceof DuplexChannel duplex)) {
      closeAfterWrites();
      return;
    }
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> duplex.shutdownOutput());
  }

  private boolean isSecure() {
    return channel.pipeline().names().getFirst().equals("tls");
  }

  private void closeAfterWrites() {
    decoder.pause();
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent) {
      inputClosed = true;
      switch (state) {
        case READING_HEAD -> {
          if (!decoder.isPaused()) {
            closeAfterWrites();
          }
        }
        case SERVING -> {
          if (exchange == null || exchange.isKeptAlive() || isReadingBody()) {
            channel.close();
          }
        }
        case READING_BODY, LINGERING -> channel.close();
      }
    }
    super.userEventTriggered(ctx, event);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (!channel.isWritable()) {
      return;
    }
    if (exchange != null) {
      exchange.writable();
    } else if (state == State.READING_HEAD && decoder.isPaused()) {
      readOn();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    incoming = null;
    if (exchange != null) {
      exchange.clientGone();
      exchange = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("connection failed", "error", cause);
    ctx.close();
  }

  /** Closes the connection where one of the server's times has run out. */
  void check(long now) {
    var limits = server.limits();
    long age = now - stateSince;
    boolean slow =
        switch (state) {
          case READING_HEAD -> age > (headBegun ? limits.headTime() : limits.idleTime()).toNanos();
          case READING_BODY -> age > limits.bodyTime().toNanos();
          case SERVING -> incoming != null && age > limits.bodyTime().toNanos();
          case LINGERING -> age > ServerLimits.LINGER_TIME.toNanos();
        };
    if (slow || writes.stalledFor(now) > limits.stalledWriteTime().toNanos()) {
      LOG.debug("connection closed for slowness", "state", state);
      channel.close();
    }
  }

  /** Closes now when nothing is being served, else with the answer. */
  void stop() {
    stopping = true;
    if (exchange != null) {
      exchange.closeAfterwards();
    } else {
      closeAfterWrites();
    }
  }

  void closeNow() {
    channel.close();
  }

  private void enter(State next) {
    state = next;
    stateSince = System.nanoTime();
  }
}
