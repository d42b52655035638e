package io.katamonitor.server;

import io.katamonitor.log.Log;
import io.katamonitor.server.Router.Route;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: takes an accepted request, has it served, and only then reads the next.
 * {@link ConnectionState} has the table of its states. The last handler of the pipeline; confined
 * to its event loop.
 *
 * <p>The channel reads only when this handler requests it. A client that closes its sending side
 * while it is served has left, unless it said that it would not send more ({@code Connection:
 * close}, or HTTP/1.0): then it still gets its response.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter
    implements ConnectionTable.Occupant, RequestAdmission.Places, TlsHandshakes.Client {
  private static final Log LOG = Log.of(HttpServer.class);

  private final HttpServer server;
  private final Channel channel;
  private final ClientGroup group;
  private final RequestInput input;
  private final RequestTimeouts timeouts;
  private final WriteStallDetector writes;

  private @Nullable ChannelHandlerContext context;
  private ConnectionState state = ConnectionState.READING_HEAD;
  private boolean isOnHealthPlace;
  private boolean isStreamTuned;
  private boolean stopping;
  private long servedNanos;

  /** A message was requested from the pipeline and has not arrived yet. */
  private boolean reading;

  /** The next request is read when the client has taken enough of the last response. */
  private boolean readWhenWritable;

  /** The client has closed its sending side. */
  private boolean inputClosed;

  /** The request whose body is discarded before it is served. */
  private @Nullable PendingRequest pending;

  /** The rest of the current request's body was not received yet. */
  private boolean bodyFollows;

  private boolean continueExpected;
  private boolean bodyPaused;
  private @Nullable HttpExchange exchange;

  ClientConnection(HttpServer server, Channel channel) {
    this.server = server;
    this.channel = channel;
    this.group = ClientGroup.of(channel.remoteAddress());
    this.input = new RequestInput(server.clock());
    this.writes = new WriteStallDetector(channel);
    this.timeouts = new RequestTimeouts(server.limits(), server.clock(), writes);
    this.servedNanos = input.lastBytesNanos();
  }

  RequestInput input() {
    return input;
  }

  RequestTimeouts timeouts() {
    return timeouts;
  }

  RequestObserver observer() {
    return server.observer();
  }

  Map<String, String> extraFields() {
    return server.security().fields();
  }

  /** Charges bytes of a response; see {@link ConnectionTable#reserve}. */
  boolean reserve(long bytes) {
    return server.connections().reserve(this, bytes);
  }

  void release(long bytes) {
    server.connections().release(bytes);
  }

  /** It has one of the health places. */
  void startOnHealthPlace() {
    isOnHealthPlace = true;
    timeouts.onHealthPlace(true);
  }

  /** The pipeline is complete: reads the first request. */
  void start() {
    read();
  }

  /** The client begins a TLS handshake, now or when there is room for it. */
  void startHandshake(Runnable begin) {
    timeouts.handshakeWaits();
    server
        .handshakes()
        .start(
            this,
            () -> {
              timeouts.handshakeBegins();
              begin.run();
            });
  }

  @Override
  public ClientGroup group() {
    return group;
  }

  @Override
  public long waitedForSinceNanos(long now, long began) {
    return HandshakeWork.idleSinceNanos(channel, now, began);
  }

  @Override
  public boolean hasLeft() {
    return PeerState.hasLeft(channel);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    assert channel.eventLoop().inEventLoop();
    reading = false;
    if (state == ConnectionState.LINGERING) {
      ReferenceCountUtil.release(message);
      read();
    } else if (message instanceof PendingRequest request) {
      requestReceived(request);
    } else if (message instanceof Rejection rejection) {
      reject(rejection);
    } else if (message instanceof HttpContent content) {
      contentReceived(content);
    }
  }

  private void requestReceived(PendingRequest request) {
    bodyFollows = true; // Until its last content, which also a request without a body has.
    continueExpected = request.expectsContinue();
    if (request.bodyIsRead() && request.hasBody()) {
      serve(request, request.keepAlive(), true);
    } else if (request.expectsContinue()) {
      serve(request, false, false); // Its body may or may not follow the response.
    } else {
      pending = request;
      enter(ConnectionState.READING_BODY);
      read();
    }
  }

  private void contentReceived(HttpContent content) {
    boolean isLast = content instanceof LastHttpContent;
    bodyFollows = !isLast;
    var request = pending;
    if (exchange != null) {
      if (isLast) {
        timeouts.bodyComplete();
      }
      exchange.bodyReceived(content.content(), isLast);
      if (bodyFollows && exchange != null && !bodyPaused) {
        read();
      }
      return;
    }
    content.release();
    if (isLast && request != null) {
      serve(request, request.keepAlive(), false);
    } else if (!isLast) {
      read();
    }
  }

  /**
   * @param bodyIsRead the body is read when the endpoint requests it; else there is none or it was
   *     discarded
   */
  private void serve(PendingRequest request, boolean keepAlive, boolean bodyIsRead) {
    pending = null;
    boolean isKept = keepAlive && !stopping && !isOnHealthPlace;
    if (!isKept && !bodyFollows) {
      input.discard(); // No request that follows is served.
    }
    var started = new HttpExchange(this, channel, request, isKept, bodyIsRead);
    exchange = started;
    bodyPaused = false;
    enter(ConnectionState.SERVING);
    if (bodyIsRead) {
      timeouts.expectBody();
    }
    observer().began(request.route().handler());
    server.security().authenticate(started, () -> serve(started, request.route()));
  }

  private void serve(HttpExchange started, Route route) {
    if (exchange != started) {
      return; // The client has disconnected meanwhile.
    }
    try {
      route.serve(started);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      LOG.error("an endpoint failed", "handler", route.handler(), "error", e);
      started.fail();
    }
  }

  /** Called by the exchange: its endpoint accepts the body. */
  void readBody() {
    if (continueExpected) {
      continueExpected = false;
      channel.writeAndFlush(
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
    read();
  }

  /** Called by the exchange. */
  void pauseBody() {
    bodyPaused = true;
  }

  /** Called by the exchange. */
  void resumeBody() {
    if (bodyPaused) {
      bodyPaused = false;
      read();
    }
  }

  /** Called by the exchange before its first streamed content. */
  void startStream() {
    if (!isStreamTuned && channel.isActive()) {
      isStreamTuned = true;
      channel
          .config()
          .setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, ServerLimits.STREAM_UNSENT_BYTES);
    }
  }

  /** Called by the exchange when the response was given to the channel. */
  void responded(boolean keepAlive) {
    exchange = null;
    servedNanos = server.clock().getAsLong();
    if (bodyFollows || state == ConnectionState.LINGERING) {
      linger();
    } else if (!keepAlive || stopping) {
      closeAfterWrites();
    } else {
      enter(ConnectionState.READING_HEAD);
      if (channel.isWritable()) {
        read();
      } else {
        readWhenWritable = true;
      }
    }
  }

  private void read() {
    if (context != null) {
      reading = true;
      context.read();
    }
  }

  /** Netty's flow control considers a read done when bytes arrived, even if no message did. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (reading) {
      ctx.read();
    }
  }

  /** Responds to a rejected request; no further request is read. */
  private void reject(Rejection rejection) {
    pending = null;
    enter(ConnectionState.LINGERING);
    var response = Response.sentence(rejection.status(), rejection.sentence());
    if (exchange != null) {
      exchange.rejectBody(response);
      return;
    }
    observer().began(Router.MALFORMED.handler());
    var request = new Request(HttpMethod.GET, "", Map.of(), EmptyHttpHeaders.INSTANCE);
    var unread = new PendingRequest(request, Router.MALFORMED, false, false, false, false, false);
    exchange = new HttpExchange(this, channel, unread, false, false);
    exchange.respond(response);
  }

  /**
   * Sends the end of output and continues to read: closing at once, with input unread, would reset
   * the connection and could take the response from the client (RFC 9112 section 9.6).
   */
  private void linger() {
    enter(ConnectionState.LINGERING);
    input.discard();
    if (inputClosed || isSecure() || !(channel instanceof DuplexChannel duplex)) {
      closeAfterWrites();
      return;
    }
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> duplex.shutdownOutput());
    read();
  }

  private boolean isSecure() {
    return channel.pipeline().get(ServerPipeline.TLS) != null;
  }

  private void closeAfterWrites() {
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == RequestInput.Event.CLOSED) {
      inputClosed = true;
      // More was expected of a client that is served: it has left. One whose last response is still
      // being written may have said that it sends no more.
      boolean hasLeft =
          state == ConnectionState.SERVING
              && exchange != null
              && (exchange.isKeptAlive() || bodyFollows);
      if (hasLeft || state == ConnectionState.LINGERING) {
        channel.close();
      } else if (server.handshakes().contains(this)) {
        closeNow(); // The handshake of a client that has disconnected is not computed.
      }
    } else if (event == RequestInput.Event.EXHAUSTED) {
      inputExhausted();
    } else if (event instanceof SslHandshakeCompletionEvent) {
      server.handshakes().end(this);
    }
  }

  private void inputExhausted() {
    switch (state) {
      case READING_HEAD -> closeAfterWrites();
      case READING_BODY, LINGERING -> channel.close(); // The rest of it will never arrive.
      case SERVING -> {
        if (bodyFollows) {
          channel.close();
        }
      }
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (!channel.isWritable()) {
      return;
    }
    if (exchange != null) {
      exchange.writable();
    } else if (readWhenWritable) {
      readWhenWritable = false;
      read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    pending = null;
    if (exchange != null) {
      var left = exchange;
      exchange = null;
      left.clientGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("connection failed", "error", cause);
    ctx.close();
  }

  @Override
  public boolean servesHealthOnly() {
    if (isOnHealthPlace && server.connections().promote(this)) {
      isOnHealthPlace = false;
      timeouts.onHealthPlace(false);
    }
    return isOnHealthPlace;
  }

  @Override
  public boolean isWithoutRequest() {
    return state != ConnectionState.SERVING && !writes.isWriting();
  }

  @Override
  public long silentSinceNanos() {
    long bytes = input.lastBytesNanos();
    return bytes - servedNanos < 0 ? servedNanos : bytes;
  }

  @Override
  public long stalledNanos(long now) {
    return writes.stalledNanos(now);
  }

  @Override
  public boolean isOver(long now) {
    return timeouts.isOver(now);
  }

  @Override
  public void closeNow() {
    LOG.debug("connection closed by the server", "state", state);
    channel.unsafe().close(channel.voidPromise());
  }

  /** Closes now when nothing is being served, else after the response. */
  void stop() {
    stopping = true;
    if (exchange != null) {
      exchange.closeAfterResponse();
    } else {
      closeAfterWrites();
    }
  }

  private void enter(ConnectionState next) {
    state = next;
    timeouts.enter(next);
  }
}
