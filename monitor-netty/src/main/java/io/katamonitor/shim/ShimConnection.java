package io.katamonitor.shim;

import io.katamonitor.http.LimitedHeaders;
import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ShimClient;
import io.katamonitor.scrape.ShimClient.ConnectFailure;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request to one shim over a connection of its own, for scrapes and proxies alike: connects
 * once, verifies the peer's bound address before a byte is written, sends, and hands over head and
 * content as they arrive. Retries, deadlines and the classification of responses are up to the
 * listener.
 *
 * <p>A response that is not well-framed HTTP/1.x in the identity coding, or has more than {@value
 * LimitedHeaders#MAX_FIELDS} header fields or {@value ResponseDecoder#MAX_HEAD_BYTES} bytes of them
 * is rejected. Confined to its event loop. After {@link #close}, and after {@link
 * ShimListener#connectFailed}, {@link ShimListener#completed} and {@link ShimListener#closed}, the
 * listener is not called any more and the connection is closed.
 */
public final class ShimConnection implements ShimClient.Connection {
  /** A shim's body has 84 KB or more: at least two reads, and one for the end of input. */
  static final int READ_BYTES = 64 * 1024;

  private static final int MAX_INTERIM_RESPONSES = 8;

  private static final FixedRecvByteBufAllocator READS = new FixedRecvByteBufAllocator(READ_BYTES);

  static {
    READS.maxMessagesPerRead(4);
  }

  private final EventLoop loop;
  private final ReadPacing pacing;
  private final Set<ShimConnection> open;
  private final DomainSocketAddress address;
  private final ShimRequest request;
  private final ShimListener listener;

  private @Nullable EpollDomainSocketChannel channel;
  private int tinyReads;
  private int interimResponses;
  private boolean isConnected;
  private boolean isInterim;

  /** Content is discarded; only the end of the response is reported. */
  private boolean isDiscarding;

  private boolean isRejected;
  private boolean isDone;

  /** The listener has paused reading. */
  private boolean isPaused;

  /** {@link ReadPacing} has paused reading. */
  private boolean isResting;

  /**
   * @param open the open connections, from which this one removes itself when it is closed
   */
  ShimConnection(
      EventLoop loop,
      ReadPacing pacing,
      Set<ShimConnection> open,
      Path socket,
      ShimRequest request,
      ShimListener listener) {
    this.loop = loop;
    this.pacing = pacing;
    this.open = open;
    this.address = new DomainSocketAddress(socket.toString());
    this.request = request;
    this.listener = listener;
  }

  void connect() {
    if (isDone) {
      return;
    }
    // What a Bootstrap would do, without its tasks and copies for each of hundreds of connections.
    EpollDomainSocketChannel opened;
    try {
      opened = new EpollDomainSocketChannel();
    } catch (ChannelException e) {
      connectFailed(e);
      return;
    }
    channel = opened;
    opened.config().setRecvByteBufAllocator(READS);
    build(opened.pipeline());
    loop.register(opened);
    opened
        .connect(address)
        .addListener((ChannelFuture connecting) -> connected(opened, connecting.cause()));
  }

  /** The pipeline, in the order of the wire. */
  void build(ChannelPipeline pipeline) {
    pipeline.addLast("input", new Input());
    if (!request.isReady()) {
      pipeline.addLast("request-encoder", new HttpRequestEncoder());
    }
    pipeline
        .addLast("response-decoder", new ResponseDecoder(request.method().equals(HttpMethod.HEAD)))
        .addLast("response", new Response());
  }

  private void connected(EpollDomainSocketChannel opened, @Nullable Throwable failure) {
    if (isDone) {
      return;
    }
    if (failure != null) {
      connectFailed(failure);
      return;
    }
    var mismatch = PeerAddress.mismatch(opened, Path.of(address.path()));
    if (mismatch != null) {
      close();
      listener.connectFailed(ConnectFailure.REFUSED, mismatch);
      return;
    }
    isConnected = true;
    listener.connected();
  }

  private void connectFailed(Throwable cause) {
    close();
    listener.connectFailed(ConnectErrors.classify(cause), ConnectErrors.reason(cause));
  }

  /** Rejects the response; no effect after its end. */
  public void reject(FailureReason reason, String detail) {
    if (!isDone && !isRejected) {
      isRejected = true;
      listener.rejected(reason, detail);
    }
  }

  @Override
  public void sendRequest() {
    if (!isDone && channel != null) {
      request.writeTo(channel);
    }
  }

  /** Stops reading; bytes that were read already are still handed over. */
  public void pause() {
    isPaused = true;
    updateReading();
  }

  /** Resumes reading; no effect if it was not paused. */
  public void resume() {
    if (isPaused) {
      isPaused = false;
      updateReading();
    }
  }

  /** Called by {@link ReadPacing}: stops reading until more has arrived. */
  void rest() {
    isResting = true;
    updateReading();
  }

  /** Called by {@link ReadPacing}: resumes reading. */
  void endRest() {
    isResting = false;
    updateReading();
  }

  private void updateReading() {
    if (channel != null && channel.isOpen()) {
      channel.config().setAutoRead(!isPaused && !isResting);
    }
  }

  @Override
  public void discard() {
    isDiscarding = true;
  }

  @Override
  public void close() {
    isDone = true;
    open.remove(this);
    if (channel != null) {
      channel.close();
    }
  }

  /**
   * Sends a piece of the request's body, after {@link ShimListener#connected}.
   *
   * @param content owned by the connection
   * @return whether more can be written now; if not, {@link ShimListener#writable} follows
   */
  public boolean send(ByteBuf content) {
    if (isDone || channel == null) {
      content.release();
      return true;
    }
    channel.writeAndFlush(new DefaultHttpContent(content));
    return channel.isWritable();
  }

  /** Ends the request's body. */
  public void endBody() {
    if (!isDone && channel != null) {
      channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    }
  }

  /** Reports the start and the end of each read. */
  private final class Input extends ChannelDuplexHandler {
    /** After a read without a message the decoder reads again by itself. */
    @Override
    public void read(ChannelHandlerContext ctx) {
      if (!isPaused && !isResting) {
        ctx.read();
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      int bytes = ((ByteBuf) message).readableBytes();
      if (!isDone) {
        listener.readBegan(bytes);
      }
      if (isDone || isRejected) {
        ReferenceCountUtil.release(message);
      } else {
        ctx.fireChannelRead(message);
      }
      if (!isDone && !isRejected && !isDiscarding) {
        listener.readComplete();
      }
      if (isDone) {
        return;
      }
      if (isDiscarding || isRejected) {
        pacing.afterDiscard(ShimConnection.this, bytes);
      } else {
        tinyReads = pacing.afterRead(ShimConnection.this, bytes, tinyReads);
      }
    }
  }

  private final class Response extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      try {
        if (!isDone && !isRejected) {
          received(ctx, (HttpObject) message);
        }
      } finally {
        ReferenceCountUtil.release(message);
      }
    }

    private void received(ChannelHandlerContext ctx, HttpObject message) {
      if (message.decoderResult().isFailure()) {
        if (ctx.channel().isActive()) { // Otherwise channelInactive follows and reports it.
          malformed("not HTTP: " + message.decoderResult().cause().getMessage());
        }
        return;
      }
      if (message instanceof HttpResponse head) {
        head(head);
      }
      if (message instanceof HttpContent content && !isInterim && !isRejected && !isDone) {
        content(content);
      }
    }

    private void head(HttpResponse head) {
      isInterim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
      var problem = ResponseDecoder.problem(head);
      if (problem != null) {
        malformed(problem);
      } else if (!isInterim) {
        listener.head(head);
      } else if (++interimResponses > MAX_INTERIM_RESPONSES) {
        malformed("too many interim responses");
      }
    }

    private void content(HttpContent content) {
      if (!isDiscarding && content.content().isReadable()) {
        listener.content(content.content());
      }
      if (content instanceof LastHttpContent && !isDone && !isRejected) {
        if (!isDiscarding) {
          listener.readComplete();
        }
        if (!isDone && !isRejected) {
          close();
          listener.completed();
        }
      }
    }

    private void malformed(String detail) {
      reject(FailureReason.MALFORMED, detail);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      if (!isDone && isConnected && ctx.channel().isWritable()) {
        listener.writable();
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (isConnected) {
        ended("the connection ended too early");
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (cause instanceof OutOfMemoryError) {
        // Netty's direct memory is exhausted; the channel closes its input, and channelInactive
        // follows.
        reject(FailureReason.MEMORY, String.valueOf(cause.getMessage()));
      } else {
        ended(ConnectErrors.reason(cause));
      }
    }

    private void ended(String detail) {
      if (!isDone) {
        close();
        listener.closed(detail);
      }
    }
  }
}
