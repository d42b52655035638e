package io.katamonitor.shim;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ShimClient;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Requests metrics over epoll domain-socket channels, a connection for each response. What is read
 * goes at once through {@link AnswerFraming} to the receiver's decoder. Confined to its event loop.
 */
public final class EpollShimClient implements ShimClient {
  private static final ByteBuf REQUEST =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer()
              .writeBytes(
                  "GET /metrics HTTP/1.1\r\nHost: shim\r\nUser-Agent: kata-monitor\r\nConnection: close\r\n\r\n"
                      .getBytes(StandardCharsets.US_ASCII))
              .asReadOnly());

  /** A shim's body is about 84 KB: two reads, and a third that finds the end. */
  private static final int READ_BYTES = 64 * 1024;

  private static final FixedRecvByteBufAllocator READS = new FixedRecvByteBufAllocator(READ_BYTES);

  static {
    READS.maxMessagesPerRead(4);
  }

  private final EventLoop loop;
  private final ReadPacing pacing;

  /** Where bytes go that are not wanted; made when first needed. */
  private byte[] discarded = {};

  public EpollShimClient(EventLoop loop) {
    this.loop = loop;
    pacing = new ReadPacing(loop);
    ConnectErrors.load();
  }

  @Override
  public Connection connect(Sandbox sandbox, Receiver receiver) {
    var request = new Request(receiver, new DomainSocketAddress(sandbox.socket().toString()));
    // A connect may fail before it returns, and the receiver must not hear of it from within.
    loop.execute(request::connect);
    return request;
  }

  private byte[] discarded() {
    if (discarded.length == 0) {
      discarded = new byte[READ_BYTES];
    }
    return discarded;
  }

  /** One attempt, and its channel's handler. */
  private final class Request extends ChannelInboundHandlerAdapter implements Connection {
    private final Receiver receiver;
    private final AnswerFraming framing;
    private final DomainSocketAddress address;
    private @Nullable EpollDomainSocketChannel channel;
    private int tinyReads;
    private boolean connected;
    private boolean responseBegan;
    private boolean discarding;

    /** Set where the framing cannot be followed: the response ends with the connection. */
    private boolean rejected;

    private boolean done;

    Request(Receiver receiver, DomainSocketAddress address) {
      this.receiver = receiver;
      this.framing = new AnswerFraming(receiver.maxBytes());
      this.address = address;
    }

    void connect() {
      if (done) {
        return;
      }
      // What a Bootstrap would do, without its tasks and copies for each of hundreds of
      // connections.
      EpollDomainSocketChannel opened;
      try {
        opened = new EpollDomainSocketChannel();
      } catch (ChannelException e) {
        failed(e);
        return;
      }
      channel = opened;
      opened.config().setRecvByteBufAllocator(READS);
      opened.pipeline().addLast(this);
      loop.register(opened);
      opened.connect(address).addListener((ChannelFuture connecting) -> connected(connecting));
    }

    private void connected(ChannelFuture connecting) {
      if (done) {
        return;
      }
      if (connecting.isSuccess()) {
        var mismatch =
            PeerAddress.mismatch(
                (EpollDomainSocketChannel) connecting.channel(), Path.of(address.path()));
        if (mismatch != null) {
          close();
          receiver.connectFailed(ConnectFailure.REFUSED, mismatch);
          return;
        }
        connected = true;
        connecting.channel().writeAndFlush(REQUEST.duplicate(), connecting.channel().voidPromise());
        receiver.connected();
      } else {
        failed(connecting.cause());
      }
    }

    private void failed(Throwable cause) {
      close();
      receiver.connectFailed(ConnectErrors.classify(cause), String.valueOf(cause.getMessage()));
    }

    @Override
    public void discard() {
      discarding = true;
    }

    @Override
    public void close() {
      done = true;
      if (channel != null) {
        channel.close();
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      var in = (ByteBuf) message;
      try {
        if (!done) {
          int bytes = in.readableBytes();
          read(in);
          if (!done) {
            pace(ctx.channel(), bytes);
          }
        }
      } finally {
        in.release();
      }
    }

    private void read(ByteBuf in) {
      if (!responseBegan) {
        responseBegan = true;
        receiver.responseBegan();
      }
      if (rejected) {
        return;
      }
      try {
        if (discarding) {
          framing.feed(in, discarded(), 0);
        } else {
          int at = receiver.begin(in.readableBytes());
          int end = framing.feed(in, receiver.text(), at);
          if (end > at) {
            receiver.advance(end, end - at);
          }
        }
      } catch (AnswerFraming.Refusal e) {
        rejected = true;
        receiver.rejected(e.reason, String.valueOf(e.getMessage()));
        return;
      }
      if (framing.isComplete() && !done) {
        receiver.completed();
      }
    }

    private void pace(Channel readFrom, int bytes) {
      if (discarding) {
        pacing.afterDiscard(readFrom, bytes);
      } else {
        tinyReads = pacing.afterRead(readFrom, bytes, tinyReads);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (done || !connected) {
        return;
      }
      if (framing.endsWithConnection() && !rejected) {
        receiver.completed();
      } else {
        ended("the connection ended before the response");
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (!done && cause instanceof OutOfMemoryError) {
        // Of Netty's direct memory; the channel closes its input, and channelInactive follows.
        rejected = true;
        receiver.rejected(FailureReason.MEMORY, String.valueOf(cause.getMessage()));
      } else if (!done) {
        ended(String.valueOf(cause.getMessage()));
      }
    }

    private void ended(String detail) {
      close();
      receiver.closed(detail);
    }
  }
}
