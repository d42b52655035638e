package io.katamonitor.server;

import io.katamonitor.log.Level;
import io.katamonitor.log.Log;
import io.katamonitor.server.Router.Route;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The server's exchange: frames the answer as the client's version and method ask. */
final class HttpExchange implements Exchange {
  private static final Log LOG = Log.of(HttpServer.class);
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CHUNK_END = "\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int HEAD_CAPACITY = 512;

  private enum Phase {
    WAITING,
    STREAMING,
    ENDED
  }

  private enum Framing {
    CHUNKED,
    UNTIL_CLOSE,
    NO_CONTENT
  }

  private final Connection connection;
  private final Channel channel;
  private final Request request;
  private final Route route;
  private final boolean oldVersion;
  private final long beganNanos = System.nanoTime();

  private boolean keepAlive;
  private boolean bodyFollows;
  private @Nullable BodySink sink;
  private Phase phase = Phase.WAITING;
  private Framing framing = Framing.CHUNKED;
  private int code = RequestObserver.CLIENT_GONE;
  private long contentBytes;
  private @Nullable Runnable onWritable;
  private @Nullable Runnable onClientGone;
  private @Nullable End onEnd;
  private boolean aborted;

  /**
   * @param oldVersion HTTP/1.0: no chunks, and the connection lives on only when both sides say so
   * @param bodyFollows a body is still to be read
   */
  HttpExchange(
      Connection connection,
      Channel channel,
      Request request,
      Route route,
      boolean oldVersion,
      boolean keepAlive,
      boolean bodyFollows) {
    this.connection = connection;
    this.channel = channel;
    this.request = request;
    this.route = route;
    this.oldVersion = oldVersion;
    this.keepAlive = keepAlive;
    this.bodyFollows = bodyFollows;
  }

  @Override
  public Request request() {
    return request;
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

  /** The connection's: a piece of the body, owned by this. */
  void bodyCame(ByteBuf content, boolean isLast) {
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

  /** The connection's: the body is no good. */
  void refuseBody(Answer refusal) {
    var callback = onClientGone;
    onClientGone = null;
    if (callback != null) {
      callback.run();
    }
    if (hasBegun()) {
      abort();
    } else {
      answer(refusal);
    }
  }

  @Override
  public void answer(Answer answer) {
    if (phase != Phase.WAITING) {
      return;
    }
    byte[] content = answer.content().getBytes(StandardCharsets.UTF_8);
    var out = channel.alloc().ioBuffer(HEAD_CAPACITY + content.length);
    var head = head(out, answer.status()).field("Content-Type", answer.contentType());
    answer.headers().forEach(head::field);
    head.field("Content-Length", Integer.toString(content.length)).end();
    if (!request.isHead()) {
      out.writeBytes(content);
      contentBytes = content.length;
    }
    channel.write(out);
    finish();
  }

  @Override
  public void begin(HttpResponseStatus status, HttpHeaders headers) {
    if (phase != Phase.WAITING) {
      return;
    }
    phase = Phase.STREAMING;
    if (status.code() == 204 || status.code() == 304) {
      framing = Framing.NO_CONTENT;
    } else if (oldVersion) {
      framing = Framing.UNTIL_CLOSE;
      keepAlive = false;
    }
    var out = channel.alloc().ioBuffer(HEAD_CAPACITY);
    var head = head(out, status);
    var fields = headers.iteratorCharSequence();
    while (fields.hasNext()) {
      var field = fields.next();
      head.field(field.getKey(), field.getValue());
    }
    if (framing == Framing.CHUNKED) {
      head.field("Transfer-Encoding", "chunked");
    }
    head.end();
    if (request.isHead()) {
      framing = Framing.NO_CONTENT;
    }
    channel.write(out);
    // The head travels with the first content where that follows at once.
    eventLoop().execute(channel::flush);
  }

  @Override
  public void write(ByteBuf content) {
    int length = content.readableBytes();
    if (phase != Phase.STREAMING || framing == Framing.NO_CONTENT || length == 0) {
      content.release();
      return;
    }
    if (framing == Framing.CHUNKED) {
      var size = channel.alloc().ioBuffer(16);
      if (contentBytes > 0) {
        size.writeBytes(CHUNK_END); // The end of the chunk before: one buffer less a chunk.
      }
      size.writeCharSequence(Integer.toHexString(length), StandardCharsets.US_ASCII);
      size.writeBytes(CHUNK_END);
      channel.write(size);
    }
    contentBytes += length;
    channel.writeAndFlush(content);
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
    onEnd = callback;
  }

  @Override
  public void end() {
    if (phase != Phase.STREAMING) {
      return;
    }
    if (framing == Framing.CHUNKED) {
      var last = channel.alloc().ioBuffer(8);
      if (contentBytes > 0) {
        last.writeBytes(CHUNK_END);
      }
      channel.write(last.writeBytes(LAST_CHUNK));
    }
    finish();
  }

  @Override
  public void abort() {
    if (phase != Phase.ENDED) {
      keepAlive = false;
      aborted = true;
      settle();
      channel.close();
    }
  }

  /** The connection's, when the client has left. */
  void clientGone() {
    if (phase != Phase.ENDED) {
      var callback = onClientGone;
      settle();
      if (callback != null) {
        callback.run();
      }
    }
  }

  /** The connection's, when its queue has room again. */
  void writable() {
    if (phase != Phase.ENDED && onWritable != null) {
      onWritable.run();
    }
  }

  boolean isKeptAlive() {
    return keepAlive;
  }

  /** The connection closes after this answer, whatever the client asked for. */
  void closeAfterwards() {
    keepAlive = false;
  }

  boolean hasBegun() {
    return phase != Phase.WAITING;
  }

  private AnswerHead head(ByteBuf out, HttpResponseStatus status) {
    code = status.code();
    keepAlive = keepAlive && !bodyFollows;
    var head = AnswerHead.begin(out, status);
    connection.extraFields().forEach(head::field);
    if (!keepAlive) {
      head.field("Connection", "close");
    } else if (oldVersion) {
      head.field("Connection", "keep-alive");
    }
    return head;
  }

  private void finish() {
    settle(); // Accounted before the client can know.
    channel.flush();
    connection.answered(keepAlive);
  }

  private void settle() {
    phase = Phase.ENDED;
    onWritable = null;
    onClientGone = null;
    long nanos = System.nanoTime() - beganNanos;
    connection.observer().ended(route.handler(), code, nanos);
    if (onEnd != null) {
      onEnd.ended(aborted || code >= 500);
    }
    if (LOG.isEnabled(Level.DEBUG)) {
      LOG.debug(
          "request",
          "handler",
          route.handler(),
          "method",
          request.method(),
          "path",
          request.path(),
          "code",
          code,
          "bytes",
          contentBytes,
          "micros",
          nanos / 1_000);
    }
  }

  /** Stands for a request that could not be read. */
  static Request unreadable(HttpHeaders headers) {
    return new Request(HttpMethod.GET, "", java.util.Map.of(), headers);
  }
}
