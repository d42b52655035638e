package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpServerTest extends HttpServerTestCase {
  @Test
  void wholeResponseHasItsLengthAndKeepsTheConnection() throws Exception {
    try (var client = server.client()) {
      var reply = client.get("/hello").reply();
      assertThat(reply.code()).isEqualTo(200);
      assertThat(reply.text()).isEqualTo("hello\n");
      assertThat(reply.headers())
          .containsEntry("content-type", "text/plain; charset=utf-8")
          .containsEntry("x-content-type-options", "nosniff")
          .containsKey("date")
          .doesNotContainKey("connection");
      assertThat(client.get("/hello").reply().text()).isEqualTo("hello\n");
    }
  }

  @Test
  void streamedResponseIsChunkedAndKeepsTheConnection() throws Exception {
    try (var client = server.client()) {
      var reply = client.get("/stream").reply();
      assertThat(reply.headers()).containsEntry("transfer-encoding", "chunked");
      assertThat(reply.text()).isEqualTo("one two three");
      assertThat(client.get("/hello").reply().text()).isEqualTo("hello\n");
    }
  }

  @Test
  void streamedResponseToHttp10EndsWithTheConnection() throws Exception {
    try (var client = server.client()) {
      var reply = client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").reply();
      assertThat(reply.headers())
          .doesNotContainKey("transfer-encoding")
          .containsEntry("connection", "close");
      assertThat(reply.text()).isEqualTo("one two three");
    }
  }

  @Test
  void http10ConnectionEndsUnlessItIsToBeKept() throws Exception {
    try (var client = server.client()) {
      var kept = client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").reply();
      assertThat(kept.headers()).containsEntry("connection", "keep-alive");
      var last = client.send("GET /hello HTTP/1.0\r\n\r\n").reply();
      assertThat(last.headers()).containsEntry("connection", "close");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void headGetsTheSameHeadAndNoContent() throws Exception {
    try (var client = server.client()) {
      var whole = client.send("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n").head();
      assertThat(whole.headers()).containsEntry("content-length", "6");
      var streamed = client.send("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n").head();
      assertThat(streamed.headers()).containsEntry("transfer-encoding", "chunked");
      assertThat(client.get("/hello").reply().text()).isEqualTo("hello\n");
    }
  }

  @Test
  void pipelinedRequestsGetResponsesInTheirOrder() throws Exception {
    try (var client = server.client()) {
      for (int i = 0; i < 200; i++) {
        client.get(i % 2 == 0 ? "/name?n=" + i : "/stream");
      }
      for (int i = 0; i < 200; i++) {
        assertThat(client.reply().text()).isEqualTo(i % 2 == 0 ? "" + i : "one two three");
      }
    }
  }

  @Test
  void requestAfterAnUnfinishedOneWaits() throws Exception {
    try (var client = server.client()) {
      client.get("/held").get("/held").get("/hello");
      var first = held.poll(30, TimeUnit.SECONDS);
      assertThat(held.poll(50, TimeUnit.MILLISECONDS)).isNull();
      first.eventLoop().execute(() -> respond(first, "first"));
      assertThat(client.reply().text()).isEqualTo("first");
      var second = held.poll(30, TimeUnit.SECONDS);
      second.eventLoop().execute(() -> respond(second, "second"));
      assertThat(client.reply().text()).isEqualTo("second");
      assertThat(client.reply().text()).isEqualTo("hello\n");
    }
  }

  @Test
  void disconnectOfTheClientEndsItsExchange() throws Exception {
    var gone = new LinkedBlockingQueue<String>();
    Exchange exchange;
    try (var client = server.client()) {
      client.get("/held");
      exchange = held.poll(30, TimeUnit.SECONDS);
      exchange.onClientGone(() -> gone.add("gone"));
    }
    assertThat(gone.poll(30, TimeUnit.SECONDS)).isEqualTo("gone");
    assertThat(accounts).contains("ended held 499");
    exchange.eventLoop().submit(() -> respond(exchange, "too late")).sync();
  }

  @Test
  void disconnectIsNoticedThoughAnotherRequestWasSentBefore() throws Exception {
    var gone = new LinkedBlockingQueue<String>();
    try (var client = server.client()) {
      client.get("/held").get("/hello");
      var exchange = held.poll(30, TimeUnit.SECONDS);
      exchange.onClientGone(() -> gone.add("gone"));
      client.get("/hello");
    }
    assertThat(gone.poll(30, TimeUnit.SECONDS)).isEqualTo("gone");
  }

  @Test
  void clientThatHalfClosesGetsItsResponse() throws Exception {
    try (var client = server.client()) {
      client.send("GET /held HTTP/1.0\r\n\r\n").shutdownOutput();
      var exchange = held.poll(30, TimeUnit.SECONDS);
      exchange.eventLoop().execute(() -> respond(exchange, "still here"));
      assertThat(client.reply().text()).isEqualTo("still here");
    }
  }

  @Test
  void requestsSentBeforeTheEndOfInputAllGetResponses() throws Exception {
    try (var client = server.client()) {
      client.get("/hello").get("/stream").get("/hello").shutdownOutput();
      assertThat(client.reply().text()).isEqualTo("hello\n");
      assertThat(client.reply().text()).isEqualTo("one two three");
      assertThat(client.reply().text()).isEqualTo("hello\n");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void postIsAcceptedByItsEndpointsOnly() throws Exception {
    try (var client = server.client()) {
      client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n0x1+2");
      assertThat(client.reply().text()).isEqualTo("0x1+2");
      client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
      client.send("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
      assertThat(client.reply().text()).isEqualTo("abcde");
      client.send("POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
      var refused = client.reply();
      assertThat(refused.code()).isEqualTo(405);
      assertThat(refused.headers()).containsEntry("allow", "GET, HEAD");
      client.send("DELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.reply().headers()).containsEntry("allow", "GET, HEAD, POST");
      client.send("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
      assertThat(client.reply().code()).isEqualTo(404);
    }
  }

  @Test
  void continueIsSentIfTheEndpointReadsTheBody() throws Exception {
    String expecting = "\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
    try (var client = server.client()) {
      assertThat(client.send("POST /echo HTTP/1.1" + expecting).head().code()).isEqualTo(100);
      assertThat(client.send("abc").reply().text()).isEqualTo("abc");
      var reply = client.send("GET /hello HTTP/1.1" + expecting).reply();
      assertThat(reply.code()).isEqualTo(200);
      assertThat(reply.headers()).containsEntry("connection", "close");
      assertThat(client.isClosedByServer()).isTrue();
    }
    try (var client = server.client()) {
      client.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: gold\r\nContent-Length: 3\r\n\r\nabc");
      assertThat(client.reply().code()).isEqualTo(417);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "//hello, 301, /hello",
    "/x/../hello?a=b%20c, 301, /hello?a=b%20c",
    "/../../hello, 301, /hello",
    "/./hello, 301, /hello",
    "/tree, 301, /tree/",
    "/tree/x/.., 301, /tree/",
    "//tree//, 301, /tree/",
    "//evil.example/hello, 404,",
    "/nowhere, 404,",
    "/hello/, 404,",
    "/HELLO, 404,",
    "/%68ello, 200,",
    "/hello%2f, 400,",
    "/x%2F..%2Fhello, 400,",
    "/%2e%2e/hello, 400,",
    "/x\\..\\hello, 400,",
    "/x%5c..%5Chello, 400,",
    "/hello?a\\b, 200,",
    "/hello%00, 400,",
    "/hello%0d%0aX:y, 400,",
    "/hello%, 400,",
    "/hello%4, 400,",
    "/hello%zz, 400,",
    "/hello#x, 400,",
    "hello, 400,",
    "*, 400,",
    "/name?n=%zz, 400,",
    "http://x/hello, 200,",
    "HTTP://x:8090/hello, 200,",
    "https://x/hello, 200,",
    "http://x, 404,",
    "http://x?a=b, 404,",
    "ftp://x/hello, 400,",
  })
  void targetIsServedRedirectedOrRejected(String target, int code, String location)
      throws Exception {
    try (var client = server.client()) {
      var reply = client.get(target).reply();
      assertThat(reply.code()).isEqualTo(code);
      assertThat(reply.headers().get("location")).isEqualTo(location);
    }
  }

  @Test
  void parametersAreDecodedOnce() throws Exception {
    try (var client = server.client()) {
      assertThat(client.get("/name?n=a%2Bb+c%25;d&n=2").reply().text()).isEqualTo("a+b c%;d");
    }
  }

  @Test
  void endpointThatThrowsIsA500WithoutDetails() throws Exception {
    try (var client = server.client()) {
      var reply = client.get("/broken").reply();
      assertThat(reply.code()).isEqualTo(500);
      assertThat(reply.text()).doesNotContain("by the test");
      assertThat(client.get("/hello").reply().code()).isEqualTo(200);
    }
  }

  @Test
  void everyRequestIsReportedToTheObserver() throws Exception {
    try (var client = server.client()) {
      client.get("/hello").reply();
      client.get("/nowhere").reply();
      client.send("nonsense\r\n\r\n").reply();
    }
    assertThat(accounts)
        .containsExactly(
            "began hello",
            "ended hello 200",
            "began unknown",
            "ended unknown 404",
            "began malformed",
            "ended malformed 400");
  }

  @Test
  void headRequestAfterAnExpectedBodyDoesNotRemoveTheContentOfItsResponse() throws Exception {
    try (var client = server.client()) {
      client.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n");
      client.send("Content-Length: 3\r\n\r\n");
      assertThat(client.head().code()).isEqualTo(100);
      client.send("abcHEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n").get("/hello");
      assertThat(client.reply().text()).isEqualTo("abc");
      assertThat(client.head().headers()).containsEntry("content-length", "6");
      assertThat(client.reply().text()).isEqualTo("hello\n");
    }
  }

  @Test
  void stoppingLetsARunningExchangeFinish() throws Exception {
    try (var idle = server.client();
        var client = server.client()) {
      idle.get("/hello").reply();
      client.get("/held");
      var exchange = held.poll(30, TimeUnit.SECONDS);
      var stopped = server.server().stop(Duration.ofSeconds(5));
      assertThat(idle.isClosedByServer()).isTrue();
      assertThatThrownBy(() -> server.client()).isInstanceOf(IOException.class);
      exchange.eventLoop().execute(() -> respond(exchange, "last"));
      var reply = client.reply();
      assertThat(reply.text()).isEqualTo("last");
      assertThat(reply.headers()).containsEntry("connection", "close");
      assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void stoppingClosesExchangesThatDoNotFinishInTime() throws Exception {
    try (var client = server.client()) {
      client.get("/held");
      held.poll(30, TimeUnit.SECONDS);
      var stopped = server.server().stop(Duration.ofMillis(50));
      assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void requestsThatArriveTogetherAreReadInOneTurnOfTheLoop() throws Exception {
    var clients = new ArrayList<RawClient>();
    var arrived = new CompletableFuture<Integer>();
    var router =
        new Router()
            .add(
                "/together",
                "together",
                exchange -> {
                  held.add(exchange);
                  // Runs when all that arrived in this turn of the loop has been read.
                  exchange.eventLoop().execute(() -> arrived.complete(held.size()));
                });
    try (var busy = new RunningServer(router)) {
      var allAreThere = busy.blockLoop();
      for (int i = 0; i < 10; i++) {
        clients.add(busy.client().get("/together"));
      }
      allAreThere.countDown();

      assertThat(arrived.get(30, TimeUnit.SECONDS)).isEqualTo(10);

      for (var client : clients) {
        var exchange = held.take();
        exchange.eventLoop().execute(() -> respond(exchange, "arrived"));
        client.close();
      }
    }
  }
}
