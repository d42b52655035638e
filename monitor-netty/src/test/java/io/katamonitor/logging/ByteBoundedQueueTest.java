package io.katamonitor.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.log.Event;
import java.time.Instant;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.message.Message;
import org.apache.logging.log4j.message.SimpleMessage;
import org.junit.jupiter.api.Test;

class ByteBoundedQueueTest {
  private static LogEvent event(Message message) {
    return Log4jLogEvent.newBuilder().setMessage(message).build();
  }

  @Test
  void acceptsEventsUpToItsLimitInBytes() throws Exception {
    var message = Event.of(Instant.EPOCH, "text", "key", "v".repeat(100));
    var queue = new ByteBoundedQueue(3 * message.size());

    for (int i = 0; i < 3; i++) {
      assertThat(queue.offer(event(message))).isTrue();
    }
    assertThat(queue.offer(event(message))).isFalse();
    assertThat(queue.bytes()).isEqualTo(3L * message.size());

    queue.take();
    assertThat(queue.offer(event(message))).isTrue();
    assertThat(queue.offer(event(message))).isFalse();
    assertThat(queue.poll()).isNotNull();
    queue.poll();
    queue.poll();
    assertThat(queue.poll()).isNull();
    assertThat(queue.bytes()).isZero();
  }

  @Test
  void mebibyteHoldsMoreThanAHundredOfTheLongestLines() {
    var longest = Event.of(Instant.EPOCH, "x".repeat(Event.MAX_CHARS));
    var queue = new ByteBoundedQueue(LogContext.QUEUE_BYTES);

    while (queue.offer(event(longest))) {}

    assertThat(queue.size()).isBetween(100, 150);
    assertThat(queue.bytes()).isLessThanOrEqualTo(1 << 20);
  }

  @Test
  void stopSignalIsAcceptedByAFullQueue() {
    var queue = new ByteBoundedQueue(1);

    assertThat(queue.offer(event(new SimpleMessage("x")))).isFalse();
    assertThat(queue.offer(new Log4jLogEvent())).isTrue();
    assertThat(queue.bytes()).isZero();
  }
}
