package io.katamonitor.shim;

import io.katamonitor.scrape.ShimClient;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request to one shim over a connection of its own, its answer told piece by piece as it comes.
 * Confined to the event loop it was started on. Ends by {@link Listener#end}, {@link
 * Listener#failed} or {@link #cancel}; after that the listener hears nothing, the connection is
 * closed and the timer gone.
 */
public final class ShimCall {
  /** Hears of an answer; called on the event loop, never from within {@link #start}. */
  public interface Listener {
    /** The final answer's head; interim ones are skipped. */
    void head(HttpResponse head);

    /** Content, without framing; the listener owns the buffer. */
    void content(ByteBuf content);

    /** The answer is whole. */
    void end();

    /**
     * The request's body may be written by {@link ShimCall#send}: first when the shim has been
     * reached, then each time the queue to it has room again. Not for a request without one.
     */
    void bodyWanted();

    /** There will be no (more) answer. */
    void failed(Failure failure);
  }

  /** Why a call ended without a whole answer. */
  public enum Failure {
    /** Nobody listens at the socket. */
    UNREACHABLE,
    /** The monitor has no file descriptor left for the connection. */
    NO_DESCRIPTORS,
    /** Not done by the deadline. */
    LATE,
    /** What came is no HTTP, or ended too early. */
    BROKEN
  }

  /** A full backlog fails a unix socket's non-blocking connect at once, with EAGAIN. */
  private static final Duration CONNECT_AGAIN = Duration.ofMillis(50);

  private static final int CHUNK_BYTES = 64 * 1024;

  private final EventLoop loop;
  private final Path socket;
  private final ShimRequest request;
  private final Listener listener;
  private final ScheduledFuture<?> timer;

  private @Nullable ScheduledFuture<?> connectAgain;
  private @Nullable Channel channel;
  private boolean done;

  private ShimCall(
      EventLoop loop, Path socket, ShimRequest request, Duration limit, Listener listener) {
    this.loop = loop;
    this.socket = socket;
    this.request = request;
    this.listener = listener;
    this.timer = loop.schedule(() -> fail(Failure.LATE), limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Starts a call.
   *
   * @param loop the one this is called on
   * @param limit for all of the answer
   */
  public static ShimCall start(
      EventLoop loop, Path socket, ShimRequest request, Duration limit, Listener listener) {
    var call = new ShimCall(loop, socket, request, limit, listener);
    loop.execute(call::connect);
    return call;
  }

  /** Stops reading, once what was read already is told. */
  public void pause() {
    if (channel != null) {
      channel.config().setAutoRead(false);
    }
  }

  /** Goes on reading. */
  public void resume() {
    if (channel != null) {
      channel.config().setAutoRead(true);
    }
  }

  /** Ends the call: the shim sees its connection closed. */
  public void cancel() {
    finish();
  }

  private void connect() {
    if (done) {
      return;
    }
    ChannelFuture connecting =
        new Bootstrap()
            .group(loop)
            .channel(EpollDomainSocketChannel.class)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    build(channel);
                  }
                })
            .connect(new DomainSocketAddress(socket.toString()));
    channel = connecting.channel();
    connecting.addListener(connected -> {
      if (done) {
        return;
      }
      if (connected.isSuccess()) {
        var reached = (EpollDomainSocketChannel) connecting.channel();
        if (PeerAddress.mismatch(reached, socket) == null) {
          send(reached);
        } else {
          fail(Failure.UNREACHABLE);
        }
      } else {
        connectFailed(ConnectErrors.classify(connected.cause()));
      }
    });
  }

  private void connectFailed(ShimClient.ConnectFailure failure) {
    if (failure == ShimClient.ConnectFailure.BACKLOG_FULL) {
      connectAgain = loop.schedule(this::connect, CONNECT_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    } else {
      boolean isOwn = failure == ShimClient.ConnectFailure.NO_DESCRIPTORS;
      fail(isOwn ? Failure.NO_DESCRIPTORS : Failure.UNREACHABLE);
    }
  }

  /** The pipeline, in the order of the wire. */
  private void build(Channel channel) {
    channel
        .pipeline()
        .addLast(
            "http-codec",
            new HttpClientCodec(new HttpDecoderConfig().setMaxChunkSize(CHUNK_BYTES), false, false))
        .addLast("answer", new AnswerHandler());
  }

  private void send(Channel connected) {
    var message = new DefaultHttpRequest(HttpVersion.HTTP_1_1, request.method(), request.target());
    var headers = message.headers();
    headers
        .set(HttpHeaderNames.HOST, "shim")
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    var body = request.body();
    if (body == null) {
      connected.write(message);
      connected.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
      return;
    }
    if (body.length() != null) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length());
    } else {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    if (body.contentType() != null) {
      headers.set(HttpHeaderNames.CONTENT_TYPE, body.contentType());
    }
    connected.writeAndFlush(message);
    listener.bodyWanted();
  }

  /**
   * Sends a piece of the request's body, once it is wanted.
   *
   * @param content owned by the call
   * @return whether there is room for more; if not, {@link Listener#bodyWanted} tells when
   */
  public boolean send(ByteBuf content) {
    if (done || channel == null) {
      content.release();
      return true;
    }
    channel.writeAndFlush(new DefaultHttpContent(content));
    return channel.isWritable();
  }

  /** The request's body is whole. */
  public void endBody() {
    if (!done && channel != null) {
      channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }
  }

  private void fail(Failure failure) {
    if (!done) {
      finish();
      listener.failed(failure);
    }
  }

  private void finish() {
    if (done) {
      return;
    }
    done = true;
    timer.cancel(false);
    if (connectAgain != null) {
      connectAgain.cancel(false);
    }
    if (channel != null) {
      channel.close();
    }
  }

  private final class AnswerHandler extends ChannelInboundHandlerAdapter {
    private boolean interim;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      try {
        if (!done) {
          take(message);
        }
      } finally {
        ReferenceCountUtil.release(message);
      }
    }

    private void take(Object message) {
      if (message instanceof HttpResponse head) {
        if (head.decoderResult().isFailure()) {
          fail(Failure.BROKEN);
          return;
        }
        interim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (!interim) {
          listener.head(head);
        }
      }
      if (message instanceof HttpContent content && !interim && !done) {
        takeContent(content);
      }
    }

    private void takeContent(HttpContent content) {
      if (content.decoderResult().isFailure()) {
        fail(Failure.BROKEN);
        return;
      }
      if (content.content().isReadable()) {
        listener.content(content.content().retain());
      }
      if (content instanceof LastHttpContent && !done) {
        finish();
        listener.end();
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      if (!done && request.body() != null && ctx.channel().isWritable()) {
        listener.bodyWanted();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      fail(Failure.BROKEN);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      fail(Failure.BROKEN);
    }
  }
}
