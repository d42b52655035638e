package io.katamonitor.server;

import io.katamonitor.log.Level;
import io.katamonitor.log.Log;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's exchange: writes its response as objects that Netty's codec encodes. Confined to the
 * event loop.
 *
 * <p>Content is charged to the account of connections while it waits to be written. Where there is
 * no room, a response that has not begun becomes a 503, and one that has is aborted.
 */
final class HttpExchange implements Exchange {
  private static final Log LOG = Log.of(HttpServer.class);
  private static final Response NO_MEMORY =
      Response.sentence(
          HttpResponseStatus.SERVICE_UNAVAILABLE,
          "There is no memory for this response now: too many clients do not read theirs.");
  private static final Response FAILED =
      Response.sentence(
          HttpResponseStatus.INTERNAL_SERVER_ERROR, "The request failed; see the log.");

  private enum Phase {
    WAITING,
    STREAMING,
    ENDED
  }

  private final ClientConnection connection;
  private final Channel channel;
  private final PendingRequest pending;
  private final long startedNanos = System.nanoTime();
  private final List<End> ends = new ArrayList<>(2);

  private boolean keepAlive;
  private boolean bodyFollows;
  private @Nullable BodySink sink;
  private Phase phase = Phase.WAITING;
  private boolean hasContent = true;
  private int code = RequestObserver.CLIENT_GONE;
  private long contentBytes;
  private @Nullable Runnable onWritable;
  private boolean isWriting;
  private @Nullable Runnable onClientGone;
  private boolean aborted;

  /**
   * @param keepAlive the connection is kept after the response
   * @param bodyFollows a body is still to be read
   */
  HttpExchange(
      ClientConnection connection,
      Channel channel,
      PendingRequest pending,
      boolean keepAlive,
      boolean bodyFollows) {
    this.connection = connection;
    this.channel = channel;
    this.pending = pending;
    this.keepAlive = keepAlive;
    this.bodyFollows = bodyFollows;
  }

  @Override
  public Request request() {
    return pending.request();
  }

  @Override
  public @Nullable SocketAddress remoteAddress() {
    return channel.remoteAddress();
  }

  @Override
  public EventLoop eventLoop() {
    return channel.eventLoop();
  }

  @Override
  public ByteBufAllocator allocator() {
    return channel.alloc();
  }

  @Override
  public void readBody(BodySink wanted) {
    if (phase == Phase.ENDED) {
      return;
    }
    if (bodyFollows) {
      sink = wanted;
      connection.readBody();
    } else {
      wanted.end();
    }
  }

  @Override
  public void pauseBody() {
    if (bodyFollows && phase != Phase.ENDED) {
      connection.pauseBody();
    }
  }

  @Override
  public void resumeBody() {
    if (bodyFollows && phase != Phase.ENDED) {
      connection.resumeBody();
    }
  }

  /** Called by the connection with a piece of the body, which the exchange owns. */
  void bodyReceived(ByteBuf content, boolean isLast) {
    bodyFollows = !isLast;
    var taking = sink;
    if (taking == null || !content.isReadable()) {
      content.release();
    } else {
      taking.content(content);
    }
    if (isLast && taking != null && phase != Phase.ENDED) {
      taking.end();
    }
  }

  /** Called by the connection: the body is rejected. */
  void rejectBody(Response rejection) {
    var callback = onClientGone;
    onClientGone = null;
    if (callback != null) {
      callback.run();
    }
    if (hasBegun()) {
      abort();
    } else {
      respond(rejection);
    }
  }

  @Override
  public void respond(Response response) {
    if (phase != Phase.WAITING) {
      return;
    }
    try {
      if (!tryRespond(response)) {
        tryRespond(NO_MEMORY);
      }
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      LOG.error("a response could not be made", "handler", pending.route().handler(), "error", e);
      failed();
    }
  }

  /** Nothing of the response was written: a constant error is, or the connection is closed. */
  private void failed() {
    try {
      if (phase == Phase.WAITING && tryRespond(FAILED)) {
        return;
      }
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      LOG.error("an error response could not be made: the connection is closed", "error", e);
    }
    abort();
    channel.close(); // Also where the exchange had ended and only its callbacks failed.
  }

  /** False, with nothing written, where there is no memory for the content. */
  private boolean tryRespond(Response response) {
    // All allocations that can fail come before the first write.
    String text = response.content();
    int length = ByteBufUtil.utf8Bytes(text);
    boolean isSent = !request().isHead() && length > 0;
    long charged = isSent && length > ServerLimits.SMALL_RESPONSE_BYTES ? length : 0;
    if (charged > 0 && !connection.reserve(charged)) {
      return false;
    }
    ByteBuf content;
    HttpHeaders headers;
    try {
      headers = headers();
      headers.set(ResponseHeaders.CONTENT_TYPE, response.contentType());
      ResponseHeaders.addAll(headers, response.headers());
      headers.set(ResponseHeaders.CONTENT_LENGTH, Integer.toString(length));
      content = isSent ? utf8(text, length) : Unpooled.EMPTY_BUFFER;
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      connection.release(charged);
      throw e;
    }
    code = response.status().code();
    contentBytes = content.readableBytes();
    var written =
        channel.write(
            new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                response.status(),
                content,
                headers,
                EmptyHttpHeaders.INSTANCE));
    written.addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    if (charged > 0) {
      written.addListener(done -> connection.release(charged));
    }
    finish();
    return true;
  }

  private ByteBuf utf8(String text, int length) {
    var content = channel.alloc().ioBuffer(length);
    ByteBufUtil.reserveAndWriteUtf8(content, text, length);
    return content;
  }

  @Override
  public void begin(HttpResponseStatus status, HttpHeaders fields) {
    if (phase != Phase.WAITING) {
      return;
    }
    if (status.code() == 204 || status.code() == 304) {
      hasContent = false;
    } else if (pending.isHttp10()) {
      keepAlive = false; // The end of the content is the end of the connection.
    }
    var headers = headers();
    ResponseHeaders.addAll(headers, fields);
    if (hasContent && !pending.isHttp10()) {
      headers.set(ResponseHeaders.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    if (request().isHead()) {
      hasContent = false;
    }
    phase = Phase.STREAMING;
    code = status.code();
    connection.startStream();
    channel
        .write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers))
        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    // The head is sent together with the first content where that follows at once.
    eventLoop().execute(channel::flush);
  }

  @Override
  public void write(ByteBuf content) {
    int length = content.readableBytes();
    if (phase != Phase.STREAMING || !hasContent || length == 0) {
      content.release();
    } else if (!connection.reserve(length)) {
      content.release();
      LOG.warn(
          "a response was cut: too many clients do not read theirs",
          "handler",
          pending.route().handler());
      aborted = true;
      clientGone(); // The endpoint gives up what it holds for this client.
      channel.close();
    } else {
      contentBytes += length;
      isWriting = true;
      channel
          .writeAndFlush(new DefaultHttpContent(content))
          .addListener(new WrittenListener(connection, length));
      isWriting = false;
    }
  }

  @Override
  public void writeShared(ByteBuf content, Runnable whenWritten) {
    int length = content.readableBytes();
    if (phase != Phase.STREAMING || !hasContent || length == 0) {
      content.release();
      whenWritten.run();
    } else {
      contentBytes += length;
      isWriting = true;
      channel
          .writeAndFlush(new DefaultHttpContent(content))
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE)
          .addListener(done -> whenWritten.run());
      isWriting = false;
    }
  }

  @Override
  public boolean isWritable() {
    return phase != Phase.ENDED && channel.isWritable();
  }

  @Override
  public void onWritable(@Nullable Runnable callback) {
    onWritable = callback;
  }

  @Override
  public void onClientGone(@Nullable Runnable callback) {
    onClientGone = callback;
  }

  @Override
  public void onEnd(End callback) {
    ends.add(callback);
  }

  @Override
  public void end() {
    if (phase == Phase.STREAMING) {
      channel
          .write(LastHttpContent.EMPTY_LAST_CONTENT)
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
      finish();
    }
  }

  @Override
  public void abort() {
    if (phase != Phase.ENDED) {
      keepAlive = false;
      aborted = true;
      settle();
      if (pending.isHttp10() && channel instanceof SocketChannel tcp) {
        // Else the end of the connection would be the end of a whole response.
        tcp.config().setSoLinger(0);
      }
      // At once: TLS would wait until the client has taken all that was written.
      connection.closeNow();
    }
  }

  /** Called by the connection when the client has disconnected. */
  void clientGone() {
    if (phase != Phase.ENDED) {
      var callback = onClientGone;
      settle();
      if (callback != null) {
        callback.run();
      }
    }
  }

  /** Called by the connection when its queue has room again. */
  void writable() {
    if (phase != Phase.ENDED && !isWriting && onWritable != null) {
      onWritable.run();
    }
  }

  /** Called by the connection: the endpoint threw. */
  void fail() {
    if (hasBegun()) {
      abort();
    } else {
      respond(FAILED);
    }
  }

  boolean isKeptAlive() {
    return keepAlive;
  }

  /** The connection closes after this response, whatever the client requested. */
  void closeAfterResponse() {
    keepAlive = false;
  }

  boolean hasBegun() {
    return phase != Phase.WAITING;
  }

  private HttpHeaders headers() {
    keepAlive = keepAlive && !bodyFollows;
    var headers = ResponseHeaders.start(connection.extraFields());
    if (!keepAlive) {
      headers.set(ResponseHeaders.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (pending.isHttp10()) {
      headers.set(ResponseHeaders.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    return headers;
  }

  private void finish() {
    settle(); // Recorded before the client can know.
    channel.flush();
    connection.responded(keepAlive);
  }

  private void settle() {
    phase = Phase.ENDED;
    onWritable = null;
    onClientGone = null;
    String handler = pending.route().handler();
    long nanos = System.nanoTime() - startedNanos;
    connection.observer().ended(handler, code, nanos);
    for (var end : ends) {
      end.ended(aborted || code >= 500);
    }
    if (!connection.observer().equals(RequestObserver.NONE) && LOG.isEnabled(Level.DEBUG)) {
      LOG.debug(
          "request",
          "handler",
          handler,
          "method",
          request().method(),
          "path",
          request().path(),
          "code",
          code,
          "bytes",
          contentBytes,
          "micros",
          nanos / 1_000);
    }
  }

  /** Releases what was charged for content. No lambda: each new one is a slow allocation in C1. */
  private record WrittenListener(ClientConnection connection, long length)
      implements ChannelFutureListener {
    @Override
    public void operationComplete(ChannelFuture written) {
      connection.release(length);
      if (!written.isSuccess()) {
        written.channel().close();
      }
    }
  }
}
