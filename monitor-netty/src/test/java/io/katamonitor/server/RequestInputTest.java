package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestInputTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<Object> events = new ArrayList<>();
  private long now = 1;
  private final RequestInput input = new RequestInput(() -> now);

  @BeforeEach
  void build() {
    channel.config().setAutoRead(false);
    channel
        .pipeline()
        .addLast(input)
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                events.add(event);
              }
            });
  }

  @AfterEach
  void finish() {
    channel.finishAndReleaseAll();
  }

  private void send(int bytes) {
    channel.writeInbound(Unpooled.buffer(bytes).writeZero(bytes));
  }

  /** The bytes of the slices that came, -1 for none. */
  private int slice() {
    ByteBuf slice = channel.readInbound();
    if (slice == null) {
      return -1;
    }
    int bytes = slice.readableBytes();
    slice.release();
    return bytes;
  }

  @Test
  void nothingIsHandedOverUntilItIsRead() {
    send(10);
    assertThat(slice()).isEqualTo(-1);
    channel.read();
    assertThat(slice()).isEqualTo(10);
    channel.read();
    send(5);
    assertThat(slice()).isEqualTo(5);
  }

  @Test
  void eachReadGetsASliceOfBoundedSize() {
    send(2 * ServerLimits.SLICE_BYTES + 1);
    channel.read();
    assertThat(slice()).isEqualTo(ServerLimits.SLICE_BYTES);
    assertThat(slice()).isEqualTo(-1);
    channel.read();
    assertThat(slice()).isEqualTo(ServerLimits.SLICE_BYTES);
    channel.read();
    assertThat(slice()).isEqualTo(1);
  }

  @Test
  void headThatStartsIsAnnouncedOnceAndOneThatIsTooLongIs() {
    channel.read();
    send(100);
    assertThat(slice()).isEqualTo(100);
    assertThat(events).containsExactly(RequestInput.Event.HEAD_STARTED);
    for (int sent = 100; sent <= ServerLimits.HEAD_BYTES; sent += ServerLimits.SLICE_BYTES) {
      channel.read();
      send(ServerLimits.SLICE_BYTES);
      slice();
    }
    assertThat(events).hasSize(1);
    channel.read();
    send(1);
    assertThat(events)
        .containsExactly(RequestInput.Event.HEAD_STARTED, RequestInput.Event.HEAD_TOO_LONG);
  }

  @Test
  void bodyHasNoHeadLimitAndTheNextHeadStartsAnew() {
    input.startBody();
    for (int sent = 0; sent < 3 * ServerLimits.HEAD_BYTES; sent += ServerLimits.SLICE_BYTES) {
      channel.read();
      send(ServerLimits.SLICE_BYTES);
      slice();
    }
    assertThat(events).isEmpty();
    input.startHead();
    channel.read();
    send(1);
    slice();
    assertThat(events).containsExactly(RequestInput.Event.HEAD_STARTED);
  }

  @Test
  void endOfInputIsReportedAtOnceAndAgainWhenEverythingWasRead() {
    send(10);
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(events).containsExactly(RequestInput.Event.CLOSED);
    channel.read();
    assertThat(slice()).isEqualTo(10);
    channel.read();
    assertThat(events)
        .containsExactly(
            RequestInput.Event.CLOSED,
            RequestInput.Event.HEAD_STARTED,
            RequestInput.Event.EXHAUSTED);
  }

  @Test
  void endOfInputIsReportedAtOnceToAReadThatWaits() {
    channel.read();
    channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    assertThat(events).containsExactly(RequestInput.Event.CLOSED, RequestInput.Event.EXHAUSTED);
  }

  @Test
  void clientThatSendsMoreThanIsHeldIsClosed() {
    send(ServerLimits.INPUT_BYTES);
    assertThat(channel.isOpen()).isTrue();
    send(1);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void discardedInputIsReleasedAndNotHandedOver() {
    var held = Unpooled.buffer(8).writeLong(1);
    channel.writeInbound(held);
    input.discard();
    assertThat(held.refCnt()).isZero();
    var later = Unpooled.buffer(8).writeLong(1);
    channel.read();
    channel.writeInbound(later);
    assertThat(later.refCnt()).isZero();
    assertThat(slice()).isEqualTo(-1);
  }

  @Test
  void inputOfADisconnectedClientIsReleased() {
    var held = Unpooled.buffer(8).writeLong(1);
    channel.writeInbound(held);
    channel.close();
    assertThat(held.refCnt()).isZero();
  }

  @Test
  void timeOfTheLastBytesIsKept() {
    assertThat(input.lastBytesNanos()).isEqualTo(1);
    now = 5;
    send(1);
    assertThat(input.lastBytesNanos()).isEqualTo(5);
  }
}
