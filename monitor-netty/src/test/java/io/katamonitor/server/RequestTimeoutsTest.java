package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RequestTimeoutsTest {
  private static final ServerLimits LIMITS = ServerLimits.DEFAULT;

  private long now;
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final RequestTimeouts timeouts =
      new RequestTimeouts(LIMITS, () -> now, new WriteStallDetector(channel));

  private boolean isOverAfter(Duration time) {
    return timeouts.isOver(now + time.toNanos() + 1);
  }

  private boolean isWithin(Duration time) {
    return !timeouts.isOver(now + time.toNanos());
  }

  private void started() {
    channel.pipeline().fireUserEventTriggered(RequestInput.Event.HEAD_STARTED);
  }

  @Test
  void firstHeadHasTheHeadTimeFromTheOpening() {
    channel.pipeline().addLast(timeouts);
    now += Duration.ofSeconds(3).toNanos();
    started(); // Bytes do not put the deadline off.
    assertThat(timeouts.isOver(LIMITS.headTime().toNanos())).isFalse();
    assertThat(timeouts.isOver(LIMITS.headTime().toNanos() + 1)).isTrue();
  }

  @Test
  void furtherHeadHasItsTimeFromItsFirstByte() {
    channel.pipeline().addLast(timeouts);
    timeouts.enter(ConnectionState.READING_HEAD);
    assertThat(isWithin(LIMITS.idleTime())).isTrue();
    assertThat(isOverAfter(LIMITS.idleTime())).isTrue();
    now += Duration.ofMinutes(1).toNanos();
    started();
    assertThat(isWithin(LIMITS.headTime())).isTrue();
    assertThat(isOverAfter(LIMITS.headTime())).isTrue();
    long first = now;
    now += Duration.ofSeconds(4).toNanos();
    started();
    assertThat(timeouts.isOver(first + LIMITS.headTime().toNanos() + 1)).isTrue();
  }

  @Test
  void waitingHandshakeHasItsTimeFromItsStart() {
    timeouts.handshakeWaits();
    assertThat(isWithin(Duration.ofHours(1))).isTrue();
    now += Duration.ofSeconds(6).toNanos();
    timeouts.handshakeBegins();
    assertThat(isWithin(LIMITS.headTime())).isTrue();
    assertThat(isOverAfter(LIMITS.headTime())).isTrue();
  }

  @Test
  void headOnAHealthPlaceHasASecond() {
    timeouts.onHealthPlace(true);
    assertThat(isWithin(Duration.ofSeconds(1))).isTrue();
    assertThat(isOverAfter(Duration.ofSeconds(1))).isTrue();
  }

  @Test
  void bodyAndLingeringHaveTheirTimesAndServingHasNone() {
    timeouts.enter(ConnectionState.READING_BODY);
    assertThat(isOverAfter(LIMITS.bodyTime())).isTrue();
    timeouts.enter(ConnectionState.SERVING);
    assertThat(isWithin(Duration.ofHours(1))).isTrue();
    timeouts.expectBody();
    assertThat(isOverAfter(LIMITS.bodyTime())).isTrue();
    timeouts.bodyComplete();
    assertThat(isWithin(Duration.ofHours(1))).isTrue();
    timeouts.enter(ConnectionState.LINGERING);
    assertThat(isOverAfter(ServerLimits.LINGER_TIME)).isTrue();
  }

  @Test
  void responseOfWhichNoByteIsTakenIsOverAfterTheStalledTime() {
    timeouts.enter(ConnectionState.SERVING);
    channel.write(Unpooled.buffer(8).writeLong(1)); // Not flushed: it waits.
    assertThat(timeouts.stalledNanos(now)).isZero();
    now += LIMITS.stalledWriteTime().toNanos();
    assertThat(timeouts.isOver(now)).isFalse();
    assertThat(timeouts.isOver(now + 1)).isTrue();
    channel.flushOutbound();
    assertThat(timeouts.stalledNanos(now + 2)).isZero();
    channel.finishAndReleaseAll();
  }
}
