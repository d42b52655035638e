package io.katamonitor.shim;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ShimAnswer;
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
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks shims over epoll domain-socket channels, a connection for each answer: a shim owes nothing
 * between scrapes. What is read goes at once through {@link AnswerFraming} to the answer's decoder.
 * Confined to its event loop.
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

  /** How often it is said that an answer takes long. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** A full backlog fails a unix socket's non-blocking connect at once, with EAGAIN. */
  private static final long CONNECT_AGAIN_MILLIS = 20;

  private static final FixedRecvByteBufAllocator READS = new FixedRecvByteBufAllocator(READ_BYTES);

  static {
    READS.maxMessagesPerRead(4);
  }

  private final EventLoop loop;

  public EpollShimClient(EventLoop loop) {
    this.loop = loop;
  }

  @Override
  public Call ask(Sandbox sandbox, long limitNanos, ShimAnswer answer) {
    var question = new Question(answer, new DomainSocketAddress(sandbox.socket().toString()));
    question.start(limitNanos);
    return question;
  }

  private final class Question implements Call {
    private final ShimAnswer answer;
    private final AnswerFraming framing;
    private final DomainSocketAddress address;
    private @Nullable Channel channel;
    private @Nullable ScheduledFuture<?> timer;
    private boolean connected;

    Question(ShimAnswer answer, DomainSocketAddress address) {
      this.answer = answer;
      this.framing = new AnswerFraming(answer.maxBytes());
      this.address = address;
    }

    void start(long limitNanos) {
      waitFor(limitNanos);
      // A connect may fail before it returns, and nobody is to hear of it from within ask.
      loop.execute(this::connect);
    }

    private void connect() {
      if (answer.isSettled()) {
        return;
      }
      // What a Bootstrap would do, without its tasks and copies for each of hundreds of
      // connections.
      EpollDomainSocketChannel opened;
      try {
        opened = new EpollDomainSocketChannel();
      } catch (ChannelException e) {
        answer.fail(FailureReason.REFUSED, String.valueOf(e.getMessage()));
        return;
      }
      channel = opened;
      opened.config().setRecvByteBufAllocator(READS);
      opened.pipeline().addLast(new Reader());
      loop.register(opened);
      opened.connect(address).addListener((ChannelFuture done) -> connected(done));
    }

    private void connected(ChannelFuture done) {
      if (answer.isSettled()) {
        done.channel().close();
        return;
      }
      if (done.isSuccess()) {
        connected = true;
        done.channel().writeAndFlush(REQUEST.duplicate(), done.channel().voidPromise());
        return;
      }
      done.channel().close();
      if (ShimCall.isBacklogFull(done.cause())) {
        loop.schedule(this::connect, CONNECT_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
      } else {
        answer.fail(FailureReason.REFUSED, String.valueOf(done.cause().getMessage()));
      }
    }

    private void waitFor(long leftNanos) {
      if (leftNanos <= PATIENCE_NANOS) {
        timer = loop.schedule(this::late, leftNanos, TimeUnit.NANOSECONDS);
      } else {
        timer =
            loop.schedule(
                () -> {
                  waitFor(leftNanos - PATIENCE_NANOS);
                  answer.takesLong();
                },
                PATIENCE_NANOS,
                TimeUnit.NANOSECONDS);
      }
    }

    private void late() {
      answer.fail(
          FailureReason.TIMEOUT,
          connected ? "no whole answer within its time" : "no connection within its time");
    }

    @Override
    public void cancel() {
      if (timer != null) {
        timer.cancel(false);
      }
      if (channel != null) {
        channel.close();
      }
    }

    /**
     * The channel's end of the question; an attempt to connect that failed leaves its own behind.
     */
    private final class Reader extends ChannelInboundHandlerAdapter {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        var in = (ByteBuf) message;
        try {
          if (!answer.isSettled()) {
            take(in);
          }
        } finally {
          in.release();
        }
      }

      private void take(ByteBuf in) {
        try {
          int at = answer.begin(in.readableBytes());
          int end = framing.feed(in, answer.text(), at);
          if (end > at) {
            answer.advance(end, end - at);
          }
          if (framing.isComplete()) {
            answer.complete();
          }
        } catch (AnswerFraming.Refusal e) {
          answer.fail(e.reason, String.valueOf(e.getMessage()));
        }
      }

      @Override
      public void channelInactive(ChannelHandlerContext ctx) {
        if (framing.endsWithConnection()) {
          answer.complete();
        } else if (connected) {
          answer.fail(
              framing.hasBegun() ? FailureReason.MALFORMED : FailureReason.REFUSED,
              "the connection ended before the answer");
        }
      }

      @Override
      public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        answer.fail(
            framing.hasBegun() ? FailureReason.MALFORMED : FailureReason.REFUSED,
            String.valueOf(cause.getMessage()));
      }
    }
  }
}
