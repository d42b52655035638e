package io.katamonitor.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server with an endpoint of each kind. */
abstract class HttpServerTestCase {
  final BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();
  final BlockingQueue<String> accounts = new LinkedBlockingQueue<>();
  RunningServer server;

  @BeforeEach
  void start() throws IOException {
    var router =
        new Router()
            .add("/hello", "hello", exchange -> respond(exchange, "hello\n"))
            .add("/who", "who", exchange -> respond(exchange, exchange.request().toString()))
            .add(
                "/name",
                "name",
                exchange -> respond(exchange, "" + exchange.request().parameter("n")))
            .add("/tree/", "tree", exchange -> respond(exchange, "tree"))
            .add("/stream", "stream", HttpServerTestCase::stream)
            .add("/held", "held", held::add)
            .add(
                "/broken",
                "broken",
                exchange -> {
                  throw new IllegalStateException("by the test");
                })
            .addWithPost("/echo", "echo", HttpServerTestCase::echo)
            .addWithPost("/blind", "blind", exchange -> respond(exchange, "blind"));
    server = new RunningServer(router, ServerLimits.DEFAULT, observer());
  }

  static void echo(Exchange exchange) {
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
            respond(exchange, body.toString());
          }
        });
  }

  RequestObserver observer() {
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

  static void respond(Exchange exchange, String text) {
    exchange.respond(Response.text(HttpResponseStatus.OK, text));
  }

  static void stream(Exchange exchange) {
    var headers = new DefaultHttpHeaders().set("Content-Type", Response.TEXT);
    exchange.begin(HttpResponseStatus.OK, headers);
    for (var part : List.of("one ", "two ", "three")) {
      exchange.write(ByteBufUtil.writeUtf8(exchange.allocator(), part));
    }
    exchange.end();
  }
}
