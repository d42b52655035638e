package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.config.ListenAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
  private final BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> accounts = new LinkedBlockingQueue<>();
  private RunningServer server;

  @BeforeEach
  void start() throws IOException {
    var router =
        new Router()
            .add("/hello", "hello", exchange -> answer(exchange, "hello\n"))
            .add("/who", "who", exchange -> answer(exchange, exchange.request().toString()))
            .add(
                "/name",
                "name",
                exchange -> answer(exchange, "" + exchange.request().parameter("n")))
            .add("/tree/", "tree", exchange -> answer(exchange, "tree"))
            .add("/stream", "stream", HttpServerTest::stream)
            .add("/held", "held", held::add)
            .add(
                "/broken",
                "broken",
                exchange -> {
                  throw new IllegalStateException("by the test");
                })
            .addWithPost("/echo", "echo", HttpServerTest::echo)
            .addWithPost("/blind", "blind", exchange -> answer(exchange, "blind"));
    server = new RunningServer(router, ServerLimits.DEFAULT, observer());
  }

  private static void echo(Exchange exchange) {
    var body = new StringBuilder();
    exchange.readBody(
        new BodySink() {
          @Override
          public void content(ByteBuf content) {
            body.append(content.toString(StandardCharsets.UTF_8));
            content.release();
          }

          @Override
          public void end() {
            answer(exchange, body.toString());
          }
        });
  }

  private RequestObserver observer() {
    return new RequestObserver() {
      @Override
      public void began(String handler) {
        accounts.add("began " + handler);
      }

      @Override
      public void ended(String handler, int code, long durationNanos) {
        accounts.add("ended " + handler + " " + code);
      }
    };
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static void answer(Exchange exchange, String text) {
    exchange.respond(Response.text(HttpResponseStatus.OK, text));
  }

  private static void stream(Exchange exchange) {
    var headers = new DefaultHttpHeaders().set("Content-Type", Response.TEXT);
    exchange.begin(HttpResponseStatus.OK, headers);
    for (var part : List.of("one ", "two ", "three")) {
      exchange.write(ByteBufUtil.writeUtf8(exchange.allocator(), part));
    }
    exchange.end();
  }

  @Test
  void wholeAnswerHasItsLengthAndTheConnectionLivesOn() throws Exception {
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
  void streamedAnswerIsChunkedAndTheConnectionLivesOn() throws Exception {
    try (var client = server.client()) {
      var reply = client.get("/stream").reply();
      assertThat(reply.headers()).containsEntry("transfer-encoding", "chunked");
      assertThat(reply.text()).isEqualTo("one two three");
      assertThat(client.get("/hello").reply().text()).isEqualTo("hello\n");
    }
  }

  @Test
  void streamedAnswerToHttp10EndsWithTheConnection() throws Exception {
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
  void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
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
  void requestBehindAnUnansweredOneWaits() throws Exception {
    try (var client = server.client()) {
      client.get("/held").get("/held").get("/hello");
      var first = held.poll(5, TimeUnit.SECONDS);
      assertThat(held.poll(50, TimeUnit.MILLISECONDS)).isNull();
      first.eventLoop().execute(() -> answer(first, "first"));
      assertThat(client.reply().text()).isEqualTo("first");
      var second = held.poll(5, TimeUnit.SECONDS);
      second.eventLoop().execute(() -> answer(second, "second"));
      assertThat(client.reply().text()).isEqualTo("second");
      assertThat(client.reply().text()).isEqualTo("hello\n");
    }
  }

  @Test
  void clientThatLeavesEndsItsExchange() throws Exception {
    var gone = new LinkedBlockingQueue<String>();
    Exchange exchange;
    try (var client = server.client()) {
      client.get("/held");
      exchange = held.poll(5, TimeUnit.SECONDS);
      exchange.onClientGone(() -> gone.add("gone"));
    }
    assertThat(gone.poll(5, TimeUnit.SECONDS)).isEqualTo("gone");
    assertThat(accounts).contains("ended held 499");
    exchange.eventLoop().submit(() -> answer(exchange, "too late")).sync();
  }

  @Test
  void clientThatLeavesIsNoticedThoughItSentAhead() throws Exception {
    var gone = new LinkedBlockingQueue<String>();
    try (var client = server.client()) {
      client.get("/held").get("/hello");
      var exchange = held.poll(5, TimeUnit.SECONDS);
      exchange.onClientGone(() -> gone.add("gone"));
      client.get("/hello");
    }
    assertThat(gone.poll(5, TimeUnit.SECONDS)).isEqualTo("gone");
  }

  @Test
  void clientThatWillNotSendMoreGetsItsAnswerAfterClosingItsSide() throws Exception {
    try (var client = server.client()) {
      client.send("GET /held HTTP/1.0\r\n\r\n").shutdownOutput();
      var exchange = held.poll(5, TimeUnit.SECONDS);
      exchange.eventLoop().execute(() -> answer(exchange, "still here"));
      assertThat(client.reply().text()).isEqualTo("still here");
    }
  }

  @Test
  void requestsSentBeforeTheEndOfInputAreAllAnswered() throws Exception {
    try (var client = server.client()) {
      client.get("/hello").get("/stream").get("/hello").shutdownOutput();
      assertThat(client.reply().text()).isEqualTo("hello\n");
      assertThat(client.reply().text()).isEqualTo("one two three");
      assertThat(client.reply().text()).isEqualTo("hello\n");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void postIsTakenWhereItBelongsOnly() throws Exception {
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
  void bodyWhereNoneBelongsIsThrownAway() throws Exception {
    try (var client = server.client()) {
      client.send("GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 30000\r\n\r\n");
      client.send("x".repeat(30_000));
      assertThat(client.reply().text()).isEqualTo("hello\n");
      assertThat(client.get("/hello").reply().text()).isEqualTo("hello\n");
    }
  }

  @Test
  void bodyNobodyAsksForIsNotWaitedFor() throws Exception {
    try (var client = server.client()) {
      client.send("POST /blind HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n");
      client.send("Content-Length: 3\r\n\r\n");
      var reply = client.reply();
      assertThat(reply.text()).isEqualTo("blind");
      assertThat(reply.headers()).containsEntry("connection", "close");
      client.send("abcGET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.isClosedByServer()).isTrue();
    }
    try (var client = server.client()) {
      client.send("POST /blind HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
      assertThat(client.reply().text()).isEqualTo("blind");
      assertThat(client.get("/hello").reply().text()).isEqualTo("hello\n");
    }
  }

  @ParameterizedTest
  @CsvSource({"/hello, 65537", "/echo, 1048577"})
  void bodyThatIsTooLongIsRefusedAndTheAnswerArrives(String path, int length) throws Exception {
    try (var client = server.client()) {
      client.send(
          "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\n");
      client.send(new byte[100_000]);
      assertThat(client.reply().code()).isEqualTo(413);
      assertThat(client.isClosedByServer()).isTrue();
    }
    try (var client = server.client()) {
      client.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
      client.send(Integer.toHexString(length) + "\r\n").send(new byte[length]);
      assertThat(client.reply().code()).isEqualTo(413);
    }
  }

  @Test
  void expectedContinueIsSentWhereABodyBelongs() throws Exception {
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
  void targetLeadsWhereItShould(String target, int code, String location) throws Exception {
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
  void everyRequestIsAccounted() throws Exception {
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /hello HTTP/1.1\nHost: x\n\n",
        "GET /hello HTTP/1.1\r\nHost: x\nA: b\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost : x\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: x\r\nA\r\n\r\n",
        "GET /hello HTTP/1.1\r\n Host: x\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: x\r\nA: \u0000\r\n\r\n",
        "GET /hello\u0000 HTTP/1.1\r\nHost: x\r\n\r\n",
        "G\u0000T /hello HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /h\u00e9llo HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /hello HTTP/1.1\r\n\r\n",
        "GET /hello HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET /hello\r\nHost: x\r\n\r\n",
        "GET /hello HTTP/1.1 x\r\nHost: x\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 3\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -3\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0x3\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\nabc",
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\r\n\r\n",
      })
  void whatIsNotHttpIsRefusedAndTheConnectionClosed(String request) throws Exception {
    try (var client = server.client()) {
      // A second request must not be served: it may be what a smuggler hid.
      client.send(request).send("GET /name?n=smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(client.reply().code()).isEqualTo(400);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "chunked, gzip", "gzip, chunked", "identity", "Chunked, x", ""})
  void transferEncodingThatIsNotChunkedIsNotImplemented(String encoding) throws Exception {
    try (var client = server.client()) {
      client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + encoding + "\r\n\r\n");
      client.send("0\r\n\r\nGET /name?n=smuggled HTTP/1.1\r\nHost: x\r\n\r\n");
      var reply = client.reply();
      assertThat(reply.code()).isEqualTo(501);
      assertThat(reply.text()).contains("chunked");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void otherVersionsAreRefused() throws Exception {
    try (var client = server.client()) {
      client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      assertThat(client.reply().code()).isEqualTo(505);
    }
  }

  @Test
  void lengthsRepeatedByHttp10EndTheConnection() throws Exception {
    try (var client = server.client()) {
      client.send("POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 3\r\n");
      client.send("Content-Length: 3\r\n\r\nabcGET /hello HTTP/1.0\r\n\r\n");
      assertThat(client.reply().headers()).containsEntry("connection", "close");
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void headOverEightKibIsRefused() throws Exception {
    try (var client = server.client()) {
      client.get("/hello?" + "x".repeat(9_000));
      assertThat(client.reply().code()).isEqualTo(414);
    }
    try (var client = server.client()) {
      client.send("GET /hello HTTP/1.1\r\nHost: x\r\nA: " + "x".repeat(9_000) + "\r\n\r\n");
      assertThat(client.reply().code()).isEqualTo(431);
    }
    try (var client = server.client()) {
      client.send("GET /hello?" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: x\r\n");
      client.send("A: " + "x".repeat(5_000) + "\r\n\r\n");
      assertThat(client.reply().code()).isEqualTo(431);
    }
    try (var client = server.client()) {
      client.send("\r\n".repeat(5_000));
      assertThat(client.reply().code()).isEqualTo(431);
    }
    try (var client = server.client()) {
      client.get("/hello?" + "x".repeat(8_000));
      assertThat(client.reply().code()).isEqualTo(200);
    }
  }

  @Test
  void hundredHeaderFieldsAreAcceptedAndOneMoreIsNot() throws Exception {
    try (var client = server.client()) {
      client.send("GET /hello HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(99) + "\r\n");
      assertThat(client.reply().code()).isEqualTo(200);
      // No end of the head: it is rejected as soon as the line is complete.
      client.send("GET /hello HTTP/1.1\r\nHost: x\r\n" + "A: b\r\n".repeat(101));
      var reply = client.reply();
      assertThat(reply.code()).isEqualTo(431);
      assertThat(reply.text()).contains("at most 100");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void hundredAndOneTrailersAreRejected() throws Exception {
    try (var client = server.client()) {
      client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
      client.send("A: b\r\n".repeat(102) + "\r\n");
      assertThat(client.reply().code()).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @CsvSource({"64, 200", "65, 400", "80, 400"})
  void moreThan64QueryParametersAreRejected(int count, int code) throws Exception {
    var query = new StringBuilder("/name?n=1");
    for (int i = 1; i < count; i++) {
      query.append("&p").append(i).append("=1");
    }
    try (var client = server.client()) {
      assertThat(client.get(query.toString()).reply().code()).isEqualTo(code);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"<b>", "a b", "a/b", "user@x", "[::1", "[]", "x:port", "x:99999", ":80"})
  void malformedHostIsRejected(String host) throws Exception {
    try (var client = server.client()) {
      var reply = client.send("GET /hello HTTP/1.1\r\nHost: " + host + "\r\n\r\n").reply();
      assertThat(reply.code()).isEqualTo(400);
      assertThat(reply.text()).contains("Host");
    }
  }

  @Test
  void headRequestBehindAnExpectedBodyTakesNoContentFromItsResponse() throws Exception {
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
  void unixListenerLeavesASocketThatReplacedItsOwn(@TempDir Path directory) throws Exception {
    Path socket = directory.resolve("s");
    server.server().listen(new ListenAddress.Unix(socket.toString()));
    Files.delete(socket);
    try (var other = java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(socket));
      server.server().stop(Duration.ZERO).sync();
      assertThat(socket).exists();
    }
  }

  @Test
  void unixListenerServesAndReplacesASocketNobodyListensOn(@TempDir Path directory)
      throws Exception {
    Path socket = directory.resolve("s");
    try (var stale = java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stale.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();
    server.server().listen(new ListenAddress.Unix(socket.toString()));
    assertThatThrownBy(() -> server.server().listen(new ListenAddress.Unix(socket.toString())))
        .hasMessageContaining("Address already in use");
    try (var client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      client.write(ByteBuffer.wrap("GET /hello HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
      var answer = ByteBuffer.allocate(4_096);
      while (client.read(answer) >= 0) {}
      assertThat(new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .endsWith("\r\n\r\nhello\n");
    }
    server.server().stop(Duration.ZERO).sync();
    assertThat(Files.exists(socket)).isFalse();
  }

  @Test
  void addressInUseIsSaidInASentence() {
    assertThatThrownBy(
            () -> server.server().listen(new ListenAddress.Tcp("127.0.0.1", server.port())))
        .hasMessageContaining("cannot listen on")
        .hasMessageContaining("Address already in use");
  }

  @Test
  void emptyHostListensOnEveryInterfaceOfBothFamilies() throws Exception {
    var bound = (InetSocketAddress) server.server().listen(new ListenAddress.Tcp("", 0));
    for (var address : List.of("127.0.0.1", "::1")) {
      try (var client = new Socket(address, bound.getPort())) {
        assertThat(client.isConnected()).isTrue();
      }
    }
    assertThatThrownBy(() -> server.server().listen(new ListenAddress.Tcp("nowhere.invalid", 0)))
        .hasMessage("cannot listen on nowhere.invalid:0: no such host");
  }

  @Test
  void stoppingLetsARunningExchangeFinish() throws Exception {
    try (var idle = server.client();
        var client = server.client()) {
      idle.get("/hello").reply();
      client.get("/held");
      var exchange = held.poll(5, TimeUnit.SECONDS);
      var stopped = server.server().stop(Duration.ofSeconds(5));
      assertThat(idle.isClosedByServer()).isTrue();
      assertThatThrownBy(() -> server.client()).isInstanceOf(IOException.class);
      exchange.eventLoop().execute(() -> answer(exchange, "last"));
      var reply = client.reply();
      assertThat(reply.text()).isEqualTo("last");
      assertThat(reply.headers()).containsEntry("connection", "close");
      assertThat(stopped.await(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void stoppingClosesWhatDoesNotFinishInTime() throws Exception {
    try (var client = server.client()) {
      client.get("/held");
      held.poll(5, TimeUnit.SECONDS);
      var stopped = server.server().stop(Duration.ofMillis(50));
      assertThat(stopped.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void clientsThatComeTogetherAreHeardInOneTurnOfTheLoop() throws Exception {
    var clients = new ArrayList<RawClient>();
    var heard = new CompletableFuture<Integer>();
    var router =
        new Router()
            .add(
                "/together",
                "together",
                exchange -> {
                  held.add(exchange);
                  // Runs when all that the loop was told of in this turn is done.
                  exchange.eventLoop().execute(() -> heard.complete(held.size()));
                });
    var allAreThere = new CountDownLatch(1);
    try (var busy = new RunningServer(router)) {
      busy.loop().submit(() -> allAreThere.await(10, TimeUnit.SECONDS));
      for (int i = 0; i < 10; i++) {
        var client = busy.client();
        clients.add(client);
        client.send("GET /together HTTP/1.1\r\nHost: x\r\n\r\n");
      }
      allAreThere.countDown();

      assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo(10);

      for (var client : clients) {
        var exchange = held.take();
        exchange.eventLoop().execute(() -> answer(exchange, "heard"));
        client.close();
      }
    }
  }
}
