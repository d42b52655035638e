package io.katamonitor.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that the server rejects, and what then happens to the connection. */
class RejectedRequestsTest extends HttpServerTestCase {
  @Test
  void bodyOfAGetIsDiscarded() throws Exception {
    try (var client = server.client()) {
      client.send("GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 30000\r\n\r\n");
      client.send("x".repeat(30_000));
      assertThat(client.reply().text()).isEqualTo("hello\n");
      assertThat(client.get("/hello").reply().text()).isEqualTo("hello\n");
    }
  }

  @Test
  void bodyThatTheEndpointDoesNotReadIsNotAwaited() throws Exception {
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
  void tooLongBodyIsRejectedAndTheResponseArrives(String path, int length) throws Exception {
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
  void malformedRequestIsRejectedAndTheConnectionClosed(String request) throws Exception {
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
  void otherVersionsAreRejected() throws Exception {
    try (var client = server.client()) {
      client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      assertThat(client.reply().code()).isEqualTo(505);
    }
  }

  @Test
  void repeatedLengthOfHttp10EndsTheConnection() throws Exception {
    try (var client = server.client()) {
      client.send("POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 3\r\n");
      client.send("Content-Length: 3\r\n\r\nabcGET /hello HTTP/1.0\r\n\r\n");
      assertThat(client.reply().headers()).containsEntry("connection", "close");
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void headOverEightKibIsRejected() throws Exception {
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
}
