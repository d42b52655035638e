package io.katamonitor.tls;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.katamonitor.server.Exchange;
import io.katamonitor.server.RequestObserver;
import io.katamonitor.server.Response;
import io.katamonitor.server.Router;
import io.katamonitor.server.RunningServer;
import io.katamonitor.server.Security;
import io.katamonitor.server.ServerLimits;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server with TLS and users, and curl as its client. */
abstract class SecurityTestCase {
  static final String TLS =
      """
      tls_server_config:
        cert_file: server.crt
        key_file: server.key
      """;

  @TempDir static Path folder;

  final BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();
  Path config;
  @Nullable RunningServer server;

  @BeforeAll
  static void copyCertificates() throws Exception {
    TestCertificates.copyTo(folder);
  }

  @BeforeEach
  void nameTheFile() throws IOException {
    config = Files.createTempFile(folder, "web", ".yml");
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  int serve(String text) throws Exception {
    Files.writeString(config, text);
    return serve(ConfiguredSecurity.of(config));
  }

  int serve(Security security) throws IOException {
    var router =
        new Router()
            .add(
                "/hello",
                "hello",
                exchange -> exchange.respond(Response.text(HttpResponseStatus.OK, "hello\n")))
            .add("/held", "held", held::add)
            .add("/large", "large", SecurityTestCase::large);
    server = new RunningServer(router, ServerLimits.DEFAULT, RequestObserver.NONE, security);
    return server.port();
  }

  /** 8 MiB, at the pace of the client. */
  static void large(Exchange exchange) {
    exchange.begin(HttpResponseStatus.OK, EmptyHttpHeaders.INSTANCE);
    var writer =
        new Runnable() {
          private int left = 128;

          @Override
          public void run() {
            while (left > 0 && exchange.isWritable()) {
              left--;
              exchange.write(Unpooled.wrappedBuffer(new byte[64 * 1024]));
            }
            if (left == 0) {
              exchange.end();
            }
          }
        };
    exchange.onWritable(writer);
    writer.run();
  }

  static String users(String password) {
    return "basic_auth_users:\n  alice: "
        + BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(4, password.toCharArray())
        + "\n";
  }

  /** The status code reported by curl; 000 for none. */
  static String curl(String arguments) throws Exception {
    return Shell.run(
            folder, "curl -s -m 8 -o /dev/null -w '%{http_code}' " + arguments + " || true")
        .output()
        .strip();
  }

  static String url(String scheme, int port) {
    return scheme + "://localhost:" + port + "/hello";
  }

  static String client(String arguments, int port) throws Exception {
    return Shell.run(
            folder,
            "echo | openssl s_client -connect localhost:"
                + port
                + " "
                + arguments
                + " 2>&1 || true")
        .output();
  }
}
