package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WriteStallDetectorTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final WriteStallDetector detector = new WriteStallDetector(channel);

  @AfterEach
  void finish() {
    channel.finishAndReleaseAll();
  }

  /** Waits in the queue until it is flushed. */
  private void write() {
    channel.write(Unpooled.buffer(8).writeLong(1));
  }

  @Test
  void stallIsCountedFromTheFirstCheckOfTheQueue() {
    assertThat(detector.stalledNanos(5)).isZero();
    write();
    assertThat(detector.isWriting()).isTrue();
    assertThat(detector.stalledNanos(10)).isZero();
    assertThat(detector.stalledNanos(25)).isEqualTo(15);
  }

  @Test
  void changeOfTheQueueStartsTheCountAnew() {
    write();
    detector.stalledNanos(10);
    write();
    assertThat(detector.stalledNanos(25)).isZero();
    assertThat(detector.stalledNanos(26)).isEqualTo(1);
  }

  @Test
  void emptyQueueIsNoStall() {
    write();
    detector.stalledNanos(10);
    channel.flush();
    assertThat(detector.isWriting()).isFalse();
    assertThat(detector.stalledNanos(25)).isZero();
    channel.close();
    assertThat(detector.stalledNanos(30)).isZero();
  }
}
