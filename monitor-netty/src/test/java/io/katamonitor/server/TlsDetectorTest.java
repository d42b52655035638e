package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TlsDetectorTest {
  private final List<String> seen = new ArrayList<>();

  /** Stands for the TLS handler. */
  private final ChannelInboundHandlerAdapter tls =
      new ChannelInboundHandlerAdapter() {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
          seen.add("tls");
          ctx.fireChannelRead(message);
        }
      };

  private Consumer<Runnable> mayStart = Runnable::run;

  private EmbeddedChannel channel() {
    var channel = new EmbeddedChannel();
    channel
        .pipeline()
        .addLast(ServerPipeline.TLS, new TlsDetector(tls, mayStart, () -> seen.add("plain")));
    return channel;
  }

  private static void send(EmbeddedChannel channel, int... bytes) {
    var buffer = Unpooled.buffer();
    for (int next : bytes) {
      buffer.writeByte(next);
    }
    channel.writeInbound(buffer);
    ByteBuf read = channel.readInbound();
    assertThat(read.readableBytes()).isEqualTo(bytes.length);
    read.release();
  }

  @Test
  void handshakeIsGivenToTheTlsHandlerUnderTheSameName() {
    var channel = channel();
    send(channel, 0x16, 3, 1);
    send(channel, 'G');
    assertThat(seen).containsExactly("tls", "tls");
    assertThat(channel.pipeline().get(ServerPipeline.TLS)).isSameAs(tls);
  }

  @Test
  void letterIsPlainHttp() {
    var channel = channel();
    send(channel, 'G');
    send(channel, 0x16);
    assertThat(seen).containsExactly("plain");
    assertThat(channel.pipeline().get(ServerPipeline.TLS)).isNull();
  }

  @Test
  void handshakeThatMayNotStartYetIsNotReadOn() {
    var starts = new ArrayList<Runnable>();
    mayStart = starts::add;
    var channel = channel();
    channel.config().setAutoRead(false);
    channel.writeInbound(Unpooled.buffer().writeByte(0x16));
    assertThat(seen).isEmpty();
    assertThat(starts).hasSize(1);

    starts.getFirst().run();
    assertThat(seen).containsExactly("tls");
    channel.releaseInbound();
  }

  @Test
  void bytesOfAClientThatDisconnectedWhileItWaitedAreReleased() {
    var starts = new ArrayList<Runnable>();
    mayStart = starts::add;
    var channel = channel();
    var bytes = Unpooled.buffer().writeByte(0x16);
    channel.writeInbound(bytes);
    channel.finish();
    assertThat(bytes.refCnt()).isZero();
    starts.getFirst().run();
    assertThat(seen).isEmpty();
  }
}
