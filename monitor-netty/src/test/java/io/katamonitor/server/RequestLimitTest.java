package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestLimitTest {
  private static final int MAX = 40;
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(10);

  private final AtomicLong clock = new AtomicLong();
  private final RequestLimit limit = new RequestLimit(MAX, clock::get);
  private final LinkedBlockingQueue<Boolean> entered = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> ended = new LinkedBlockingQueue<>();
  private final Router router =
      new Router().add("/endless", "endless", this::endless).add("/short", "short", this::once);

  private boolean enter(Exchange exchange) {
    boolean isIn = limit.tryEnter(exchange, TIMEOUT);
    entered.add(isIn);
    if (!isIn) {
      exchange.respond(Response.sentence(HttpResponseStatus.SERVICE_UNAVAILABLE, "Too many."));
    }
    return isIn;
  }

  private void endless(Exchange exchange) {
    if (enter(exchange)) {
      exchange.onEnd(failed -> ended.add("" + exchange.request().parameter("n")));
      exchange.begin(HttpResponseStatus.OK, new DefaultHttpHeaders());
      Runnable more =
          () -> {
            while (exchange.isWritable()) {
              exchange.write(exchange.allocator().directBuffer(65_536).writeZero(65_536));
            }
          };
      exchange.onWritable(more);
      more.run();
    }
  }

  private void once(Exchange exchange) {
    if (enter(exchange)) {
      exchange.respond(Response.text(HttpResponseStatus.OK, "served"));
    }
  }

  @Test
  void clientsThatDoNotReadGiveWayToTheNextInTheOrderOfTheirDeadlines() throws Exception {
    try (var server = new RunningServer(router)) {
      var unread = new ArrayList<RawClient>();
      for (int i = 0; i < MAX; i++) {
        clock.addAndGet(1);
        unread.add(new RawClient(server.port(), 16 * 1024).get("/endless?n=" + i));
        assertThat(entered.take()).isTrue();
      }
      try (var client = server.client()) {
        assertThat(client.get("/short").reply().code()).isEqualTo(503);
        assertThat(entered.take()).isFalse();

        clock.addAndGet(TIMEOUT);
        for (int i = 0; i < 5; i++) {
          unread.add(new RawClient(server.port(), 16 * 1024).get("/endless?n=new"));
          assertThat(entered.take()).isTrue();
          assertThat(ended.take()).isEqualTo("" + i);
        }
        assertThat(client.get("/short").reply().text()).isEqualTo("served");
        assertThat(ended.take()).isEqualTo("5");
      }
      for (var client : unread) {
        client.close();
      }
    }
  }

  @Test
  void placeIsReleasedAtTheEnd() throws Exception {
    try (var server = new RunningServer(router);
        var client = server.client()) {
      for (int i = 0; i < 3 * MAX; i++) {
        assertThat(client.get("/short").reply().code()).isEqualTo(200);
      }
    }
    assertThat(List.copyOf(entered)).doesNotContain(false);
  }
}
