package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.memory.MemoryAccount;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class HttpExchangeTest {
  private static final int LARGE = 5_000;

  private final LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();
  private final Router router =
      new Router()
          .add(
              "/large",
              "large",
              exchange -> exchange.respond(Response.text(HttpResponseStatus.OK, "x".repeat(LARGE))))
          .add("/stream", "stream", this::stream)
          .add(
              "/aborted",
              "aborted",
              exchange -> {
                exchange.begin(HttpResponseStatus.OK, new DefaultHttpHeaders());
                exchange.write(exchange.allocator().buffer(LARGE).writeZero(LARGE));
                exchange.abort();
              })
          .add("/blocks", "blocks", this::streamBlocks);

  private boolean isWriting;

  private void stream(Exchange exchange) {
    exchange.onEnd(failed -> ends.add("first " + failed));
    exchange.onEnd(failed -> ends.add("second " + failed));
    exchange.onClientGone(() -> ends.add("gone"));
    exchange.begin(HttpResponseStatus.OK, new DefaultHttpHeaders());
    exchange.write(exchange.allocator().buffer(LARGE).writeZero(LARGE));
    exchange.end();
  }

  /** Each block alone is more than the write queue may hold, and the kernel takes it at once. */
  private void streamBlocks(Exchange exchange) {
    exchange.onWritable(() -> ends.add(isWriting ? "within a write" : "writable"));
    exchange.begin(HttpResponseStatus.OK, new DefaultHttpHeaders());
    int block = 2 * ServerLimits.WRITE_QUEUE_BYTES;
    for (int i = 0; i < 4; i++) {
      isWriting = true;
      exchange.write(exchange.allocator().buffer(block).writeZero(block));
      isWriting = false;
    }
    exchange.onWritable(null);
    exchange.end();
  }

  /** Memory that has room for connections, and for a response what the test says. */
  private record Memory(Consumer<Long> beforeResponse, boolean hasRoom)
      implements ConnectionMemory {
    @Override
    public boolean tryCharge(long bytes) {
      if (bytes != LARGE) {
        return true;
      }
      beforeResponse.accept(bytes);
      return hasRoom;
    }

    @Override
    public void release(long bytes) {}
  }

  private RunningServer server(ConnectionMemory memory, Security security) throws Exception {
    return new RunningServer(
        router, ServerLimits.DEFAULT, RequestObserver.NONE, security, memory, System::nanoTime);
  }

  @Test
  void responseThatCannotBeMadeBecomesAnError() throws Exception {
    var memory =
        new Memory(
            bytes -> {
              throw new OutOfMemoryError("by the test");
            },
            true);
    try (var server = server(memory, Security.NONE);
        var client = server.client()) {
      assertThat(client.get("/large").reply().code()).isEqualTo(500);
      assertThat(client.get("/nothing").reply().code()).isEqualTo(404);
    }
  }

  @Test
  void connectionIsClosedWhenTheErrorResponseCannotBeMadeEither() throws Exception {
    var security =
        new OpenSecurity() {
          @Override
          public Map<String, String> fields() {
            throw new IllegalStateException("by the test");
          }
        };
    try (var server =
            server(ConnectionMemory.of(new MemoryAccount("connections", 64 << 20)), security);
        var client = server.client()) {
      assertThat(client.get("/large").isClosedByServer()).isTrue();
    }
  }

  @Test
  void responseWithoutMemoryIsServiceUnavailable() throws Exception {
    try (var server = server(new Memory(bytes -> {}, false), Security.NONE);
        var client = server.client()) {
      var reply = client.get("/large").reply();
      assertThat(reply.code()).isEqualTo(503);
      assertThat(reply.text()).contains("memory");
    }
  }

  @Test
  void streamWithoutMemoryIsAbortedAndItsEndpointNotified() throws Exception {
    try (var server = server(new Memory(bytes -> {}, false), Security.NONE);
        var client = server.client()) {
      assertThat(client.get("/stream").rest()).doesNotContain("\r\n0\r\n");
      assertThat(ends.poll(30, TimeUnit.SECONDS)).isEqualTo("first true");
      assertThat(ends.poll(30, TimeUnit.SECONDS)).isEqualTo("second true");
      assertThat(ends.poll(30, TimeUnit.SECONDS)).isEqualTo("gone");
    }
  }

  @Test
  void cutStreamOverHttp10DoesNotPassForAWholeOne() throws Exception {
    try (var server = server(new Memory(bytes -> {}, true), Security.NONE);
        var client = server.client()) {
      client.send("GET /aborted HTTP/1.0\r\nHost: x\r\n\r\n");
      assertThatThrownBy(client::rest).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void writableIsNotCalledWithinAWrite() throws Exception {
    var memory = ConnectionMemory.of(new MemoryAccount("connections", 64 << 20));
    try (var server = server(memory, Security.NONE);
        var client = server.client()) {
      assertThat(client.get("/blocks").reply().code()).isEqualTo(200);
      assertThat(ends).isEmpty();
    }
  }

  @Test
  void memoryOfAResponseIsReleasedWhenItIsWritten() throws Exception {
    var memory = new MemoryAccount("connections", 64 << 20);
    long atRest = (long) ServerLimits.DEFAULT.healthPlaces() * ServerLimits.CONNECTION_BYTES;
    var server = server(ConnectionMemory.of(memory), Security.NONE);
    try (var client = server.client()) {
      client.get("/large").reply();
      client.get("/stream").reply();
      assertThat(server.loop().submit(memory::usedBytes).get())
          .isEqualTo(atRest + ServerLimits.CONNECTION_BYTES);
    }
    server.close();
    assertThat(memory.usedBytes()).isEqualTo(atRest);
  }
}
