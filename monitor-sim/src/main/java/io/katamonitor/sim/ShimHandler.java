package io.katamonitor.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/** Serves the requests of one connection according to the shim's fault. */
final class ShimHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final byte[] ENDLESS_LINES =
      "kata_endless{item=\"one\"} 1\n".repeat(512).getBytes(StandardCharsets.US_ASCII);

  private final SimulatedSandbox shim;

  ShimHandler(SimulatedSandbox shim) {
    this.shim = shim;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    shim.countRequest(request.uri());
    boolean close =
        !HttpUtil.isKeepAlive(request)
            || request.protocolVersion().equals(HttpVersion.HTTP_1_0)
            || shim.framing() == Framing.UNTIL_CLOSE;
    switch (shim.fault()) {
      // Unique series are in the metrics of the sandbox already.
      case Fault.None none ->
          sendLater(ctx, response(ctx, request, close), DebugPages.gathering(request.uri()), close);
      case Fault.UniqueSeries unique ->
          sendLater(ctx, response(ctx, request, close), DebugPages.gathering(request.uri()), close);
      case Fault.Denied denied ->
          sendLater(ctx, response(ctx, request, close), DebugPages.gathering(request.uri()), close);
      case Fault.Stuck stuck -> {
        var response = response(ctx, request, close);
        if (SimulatedSandbox.isScrape(request.uri())) {
          // No end: neither the rest nor a close.
          send(ctx, beginning(response, Fault.Stuck.BYTES), false);
        } else {
          send(ctx, response, close);
        }
      }
      case Fault.Abort abort -> {
        if (SimulatedSandbox.isScrape(request.uri())) {
          shim.abort();
        } else {
          send(ctx, response(ctx, request, close), close);
        }
      }
      // These two act before a request can arrive; on existing connections they hang.
      case Fault.NeverAccept never -> {}
      case Fault.FullBacklog full -> {}
      case Fault.Hang hang -> {}
      case Fault.NoSocket no -> ctx.close();
      case Fault.Reset reset -> ctx.close();
      case Fault.Delay delay -> sendLater(ctx, response(ctx, request, close), delay.by(), close);
      case Fault.Slow slow -> trickle(ctx, response(ctx, request, close), slow, close);
      case Fault.Cut cut -> sendPart(ctx, response(ctx, request, close), cut.afterBytes());
      case Fault.HalfBody half -> {
        var response = response(ctx, request, close);
        sendPart(ctx, response, response.readableBytes() / 2);
      }
      case Fault.WrongLength wrong -> wrongLength(ctx, shim.page(request), wrong.length());
      case Fault.BrokenChunk broken -> brokenChunk(ctx, shim.page(request));
      case Fault.Garbage garbage -> {
        var bytes = new byte[4096];
        new SplittableRandom(garbage.seed()).nextBytes(bytes);
        send(ctx, Unpooled.wrappedBuffer(bytes), true);
      }
      case Fault.Endless endless -> endless(ctx, shim.page(request));
      case Fault.Status status -> {
        var page = Page.error(status.status(), "the simulator was told to fail");
        send(ctx, frame(ctx, page, close), close);
      }
      case Fault.Redirect redirect -> {
        var page = Page.text("").withStatus(302).with("Location", redirect.location());
        send(ctx, frame(ctx, page, close), close);
      }
      case Fault.Gzipped gzipped -> {
        var plain = shim.page(request);
        var body = gzip(plain);
        var page = Page.metrics(body, body.length, Framing.oneWrite(body.length));
        send(ctx, frame(ctx, page.with("Content-Encoding", "gzip"), close), close);
      }
      case Fault.Raw raw -> send(ctx, Unpooled.wrappedBuffer(raw.bytes()), true);
      case Fault.Hostile hostile -> sendChanged(ctx, request, hostile.body()::from, close);
      case Fault.NewSeries added ->
          sendChanged(
              ctx, request, body -> GuestSeries.added(body, added.count(), shim.scrapes()), close);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close(); // the client has disconnected
  }

  private ByteBuf response(ChannelHandlerContext ctx, FullHttpRequest request, boolean close) {
    var ready = "/metrics".equals(request.uri()) ? shim.framedMetrics(close) : null;
    return ready != null ? ready : frame(ctx, shim.page(request), close);
  }

  /** Sends the page of a healthy shim, after a transformation if it is the metrics. */
  private void sendChanged(
      ChannelHandlerContext ctx,
      FullHttpRequest request,
      UnaryOperator<byte[]> change,
      boolean close) {
    var page = shim.page(request);
    if (Page.METRICS_TYPE.equals(page.headers().get("Content-Type"))) {
      var body = change.apply(Arrays.copyOf(page.body(), page.length()));
      page = Page.metrics(body, body.length, Framing.oneWrite(body.length));
    }
    send(ctx, frame(ctx, page, close), close);
  }

  private ByteBuf frame(ChannelHandlerContext ctx, Page page, boolean close) {
    return shim.framing().frame(ctx.alloc(), page, close);
  }

  private static void sendLater(
      ChannelHandlerContext ctx, ByteBuf response, Duration delay, boolean close) {
    if (delay.isZero()) {
      send(ctx, response, close);
      return;
    }
    var sending =
        ctx.executor()
            .schedule(() -> send(ctx, response, close), delay.toNanos(), TimeUnit.NANOSECONDS);
    ctx.channel()
        .closeFuture()
        .addListener(closed -> {
          if (sending.cancel(false)) {
            response.release();
          }
        });
  }

  private static void send(ChannelHandlerContext ctx, ByteBuf response, boolean close) {
    var written = ctx.writeAndFlush(response);
    if (close) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private static void sendPart(ChannelHandlerContext ctx, ByteBuf response, int bytes) {
    send(ctx, beginning(response, bytes), true);
  }

  private static ByteBuf beginning(ByteBuf response, int bytes) {
    var part = response.readRetainedSlice(Math.min(bytes, response.readableBytes()));
    response.release();
    return part;
  }

  private static void trickle(
      ChannelHandlerContext ctx, ByteBuf response, Fault.Slow slow, boolean close) {
    var step = slow.every().toNanos();
    var dripping =
        ctx.executor()
            .scheduleAtFixedRate(
                () -> {
                  int bytes = Math.min(slow.bytes(), response.readableBytes());
                  if (bytes == 0) {
                    return; // everything was sent, and the client keeps the connection
                  }
                  var written = ctx.writeAndFlush(response.readRetainedSlice(bytes));
                  if (close && !response.isReadable()) {
                    written.addListener(ChannelFutureListener.CLOSE);
                  }
                },
                0,
                step,
                TimeUnit.NANOSECONDS);
    ctx.channel()
        .closeFuture()
        .addListener(closed -> {
          dripping.cancel(false);
          response.release();
        });
  }

  private static void wrongLength(ChannelHandlerContext ctx, Page page, Fault.Length wrong) {
    var out = ctx.alloc().directBuffer(page.length() + 1024);
    Framing.ascii(out, Framing.statusLine(200));
    Framing.header(out, "Content-Type", Page.METRICS_TYPE);
    int length = page.length();
    switch (wrong) {
      case TOO_LONG -> Framing.header(out, "Content-Length", Integer.toString(length + 1000));
      case TOO_SHORT -> Framing.header(out, "Content-Length", Integer.toString(length / 2));
      case TWO -> {
        Framing.header(out, "Content-Length", Integer.toString(length));
        Framing.header(out, "Content-Length", Integer.toString(length / 2));
      }
      case AND_CHUNKED -> {
        Framing.header(out, "Content-Length", Integer.toString(length));
        Framing.header(out, "Transfer-Encoding", "chunked");
      }
      case NEGATIVE -> Framing.header(out, "Content-Length", "-1");
    }
    Framing.ascii(out, "\r\n");
    out.writeBytes(page.body(), 0, length);
    send(ctx, out, true);
  }

  private static void brokenChunk(ChannelHandlerContext ctx, Page page) {
    var out = ctx.alloc().directBuffer(page.length() + 1024);
    chunkedHead(out);
    int half = page.length() / 2;
    Framing.chunk(out, page.body(), 0, half);
    Framing.ascii(out, "zz\r\n");
    out.writeBytes(page.body(), half, page.length() - half);
    Framing.ascii(out, "\r\n0\r\n\r\n");
    send(ctx, out, true);
  }

  private static void endless(ChannelHandlerContext ctx, Page page) {
    var out = ctx.alloc().directBuffer(page.length() + 1024);
    chunkedHead(out);
    Framing.chunk(out, page.body(), 0, page.length());
    ctx.writeAndFlush(out);
    var lines = ctx.alloc().directBuffer(ENDLESS_LINES.length + 64);
    Framing.chunk(lines, ENDLESS_LINES, 0, ENDLESS_LINES.length);
    ctx.channel().closeFuture().addListener(closed -> lines.release());
    writeOn(ctx, lines);
  }

  private static void writeOn(ChannelHandlerContext ctx, ByteBuf lines) {
    if (ctx.channel().isActive()) {
      ctx.writeAndFlush(lines.retainedDuplicate())
          .addListener(written -> {
            if (written.isSuccess()) {
              // Not at once: a fast client would occupy the loop.
              ctx.executor().execute(() -> writeOn(ctx, lines));
            }
          });
    }
  }

  private static void chunkedHead(ByteBuf out) {
    Framing.ascii(out, Framing.statusLine(200));
    Framing.header(out, "Content-Type", Page.METRICS_TYPE);
    Framing.header(out, "Transfer-Encoding", "chunked");
    Framing.ascii(out, "\r\n");
  }

  private static byte[] gzip(Page page) {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(page.body(), 0, page.length());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
