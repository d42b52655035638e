package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestSlotsTest {
  private final ManualTime time = new ManualTime();
  private final RequestSlots slots = new RequestSlots(2, time, time);
  private final List<Integer> sent = new ArrayList<>();

  private final class Request implements RequestSlots.Request {
    private final int number;
    private boolean waiting = true;
    private boolean endsAtOnce;

    Request(int number) {
      this.number = number;
    }

    @Override
    public boolean isWaiting() {
      return waiting;
    }

    @Override
    public void send() {
      waiting = false;
      sent.add(number);
      if (endsAtOnce) {
        slots.release(this);
      }
    }
  }

  private Request enqueue(int number) {
    var request = new Request(number);
    slots.enqueue(request);
    return request;
  }

  @Test
  void requestsGetSlotsInOrder() {
    var first = enqueue(1);
    enqueue(2);
    enqueue(3);
    assertThat(sent).containsExactly(1, 2);
    slots.release(first);
    slots.release(first);
    assertThat(sent).containsExactly(1, 2, 3);
  }

  @Test
  void abandonedRequestGetsNoSlot() {
    var first = enqueue(1);
    enqueue(2);
    enqueue(3).waiting = false;
    enqueue(4);
    slots.release(first);
    assertThat(sent).containsExactly(1, 2, 4);
  }

  @Test
  void waitingRequestsGetSlotsIfAllOthersHangFor100Milliseconds() {
    for (int i = 1; i <= 6; i++) {
      enqueue(i);
    }
    time.pass(Duration.ofMillis(99));
    assertThat(sent).hasSize(2);
    time.pass(Duration.ofMillis(1));
    assertThat(sent).hasSize(4);
    time.pass(Duration.ofMillis(100));
    assertThat(sent).hasSize(6);
    assertThat(time.pending()).isZero();
  }

  @Test
  void slowRequestsKeepTheirSlotsWhileSomeEnd() {
    enqueue(0);
    var moving = enqueue(1);
    for (int i = 2; i < 10; i++) {
      var next = enqueue(i);
      time.pass(Duration.ofMillis(90));
      assertThat(sent).hasSize(i);
      slots.release(moving);
      moving = next;
    }
  }

  @Test
  void tenThousandThatEndAtOnceDoNotOverflowTheStack() {
    var first = enqueue(0);
    enqueue(1);
    for (int i = 2; i < 10_000; i++) {
      var request = new Request(i);
      request.endsAtOnce = true;
      slots.enqueue(request);
    }
    slots.release(first);
    assertThat(sent).hasSize(10_000);
  }
}
