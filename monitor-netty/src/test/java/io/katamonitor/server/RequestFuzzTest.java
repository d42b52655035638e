package io.katamonitor.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** An input is what a client sends. Without {@code bin/fuzz} some requests are run. */
class RequestFuzzTest {
  static Stream<byte[]> requests() {
    var host = " HTTP/1.1\r\nHost: x\r\n";
    return Stream.of(
            "GET /metrics" + host + "\r\nGET /%6detrics?a=b&a=%20&c" + host + "\r\n",
            "GET http://x/metrics?sandbox=a HTTP/1.0\r\n\r\n",
            "GET /a/../b//c/./d" + host + "\r\n",
            "GET /%2e%2e/%2f%00%5c" + host + "\r\n",
            "OPTIONS *" + host + "\r\n",
            "GET https://x?y" + host + "\r\n",
            "POST /debug/pprof/symbol"
                + host
                + "Content-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n\r\n",
            "POST /"
                + host
                + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: x\r\n\r\nGET /",
            "POST /" + host + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "POST /" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST /" + host + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            "POST /" + host + "Transfer-Encoding: chunked\r\n\r\nx\r\n",
            "GET /\nHost: x\n\n",
            "GET /" + host + "A : b\r\n\r\n",
            "GET /" + host + " folded\r\n\r\n",
            "\r\n\r\nGET /" + host + "\r\n",
            "\u0016\u0003\u0001\u0002")
        .map(request -> request.getBytes(ISO_8859_1));
  }

  /** In whatever pieces it comes, it is the same; and no target leads where none may. */
  @MethodSource("requests")
  @FuzzTest
  void request(byte[] sent) {
    var whole = decoded(sent, sent.length);
    for (int piece : new int[] {1, 2, 7, 64}) {
      assertThat(decoded(sent, piece)).isEqualTo(whole);
    }
    target(new String(sent, ISO_8859_1));
  }

  private static String decoded(byte[] sent, int piece) {
    var channel = new EmbeddedChannel();
    channel.config().setAutoRead(false);
    var text = new StringBuilder();
    channel
        .pipeline()
        .addLast(new RequestInput(System::nanoTime))
        .addLast(new HttpServerCodec(ServerPipeline.decoderConfig()))
        .addLast(new FlowControlHandler())
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                describe((HttpObject) message, text);
                ReferenceCountUtil.release(message);
                ctx.read();
              }

              @Override
              public void channelReadComplete(ChannelHandlerContext ctx) {
                ctx.read();
              }
            });
    channel.read();
    for (int from = 0; from < sent.length; from += piece) {
      channel.writeInbound(Unpooled.copiedBuffer(sent, from, Math.min(piece, sent.length - from)));
    }
    channel.finishAndReleaseAll();
    return text.toString();
  }

  private static void describe(HttpObject object, StringBuilder text) {
    if (object.decoderResult().isFailure()) {
      text.append("\nrefused: ").append(object.decoderResult().cause().getClass());
      return;
    }
    if (object instanceof HttpRequest request) {
      text.append('\n').append(request.method()).append(' ').append(request.uri()).append(' ');
      text.append(request.protocolVersion()).append(request.headers().entries()).append('\n');
      target(request.uri());
    }
    if (object instanceof HttpContent part) {
      text.append(part.content().toString(ISO_8859_1));
    }
    if (object instanceof LastHttpContent last) {
      text.append('|').append(last.trailingHeaders().entries());
    }
  }

  private static void target(String sent) {
    var target = RequestTarget.parse(sent);
    if (target == null) {
      return;
    }
    var path = target.path();
    assertThat(path).startsWith("/").doesNotContain("//", "\\");
    assertThat(path.chars().filter(c -> c < ' ' || c == 0x7F)).isEmpty();
    assertThat(List.of(path.split("/", -1))).doesNotContain(".", "..");
  }
}
