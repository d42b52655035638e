package io.katamonitor.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.katamonitor.config.TlsFiles;
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
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server with TLS and users, asked by curl and by openssl. */
@Tag("system")
class SecurityTest {
  private static final String TLS =
      """
      tls_server_config:
        cert_file: server.crt
        key_file: server.key
      """;

  @TempDir static Path folder;

  private final BlockingQueue<Exchange> held = new LinkedBlockingQueue<>();
  private Path config;
  private @Nullable RunningServer server;

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

  private int serve(String text) throws Exception {
    Files.writeString(config, text);
    return serve(ConfiguredSecurity.of(config));
  }

  private int serve(Security security) throws IOException {
    var router =
        new Router()
            .add(
                "/hello",
                "hello",
                exchange -> exchange.respond(Response.text(HttpResponseStatus.OK, "hello\n")))
            .add("/held", "held", held::add)
            .add("/large", "large", SecurityTest::large);
    server = new RunningServer(router, ServerLimits.DEFAULT, RequestObserver.NONE, security);
    return server.port();
  }

  /** 8 MiB, as the client takes them. */
  private static void large(Exchange exchange) {
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

  private static String users(String password) {
    return "basic_auth_users:\n  alice: "
        + BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(4, password.toCharArray())
        + "\n";
  }

  /** The status code that curl saw; 000 for none. */
  private static String curl(String arguments) throws Exception {
    return Shell.run(
            folder, "curl -s -m 8 -o /dev/null -w '%{http_code}' " + arguments + " || true")
        .output()
        .strip();
  }

  private static String url(String scheme, int port) {
    return scheme + "://localhost:" + port + "/hello";
  }

  private static String client(String arguments, int port) throws Exception {
    return Shell.run(
            folder,
            "echo | openssl s_client -connect localhost:"
                + port
                + " "
                + arguments
                + " 2>&1 || true")
        .output();
  }

  @ParameterizedTest
  @CsvSource({
    "server.crt, server.key",
    "server.crt, server-sec1.key",
    "rsa.crt, rsa-pkcs1.key",
    "rsa.crt, rsa-pkcs8.key",
    "ed25519.crt, ed25519.key",
  })
  void flagsServeTlsWithEveryKindOfKey(String certificate, String key) throws Exception {
    var files =
        new TlsFiles(
            folder.resolve(certificate), folder.resolve(key), TlsFiles.Version.TLS12, List.of());
    int port = serve(ConfiguredSecurity.of(files));
    assertThat(curl("--cacert ca.crt " + url("https", port))).isEqualTo("200");
    assertThat(curl(url("https", port))).isEqualTo("000");
    assertThat(curl(url("http", port))).isEqualTo("400");
  }

  @Test
  void largeAnswerIsWhole() throws Exception {
    int port = serve(TLS);
    assertThat(
            Shell.run(
                    folder, "curl -s --cacert ca.crt https://localhost:" + port + "/large | wc -c")
                .output()
                .strip())
        .isEqualTo("8388608");
  }

  @ParameterizedTest
  @CsvSource({
    "max_version: TLS12, -tls1_3, false",
    "max_version: TLS12, -tls1_2, true",
    "min_version: TLS13, -tls1_2, false",
    "min_version: TLS13, -tls1_3, true",
    "cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384], -tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256, false",
    "cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384], -tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384, true",
    "cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384], -tls1_3, true",
    "curve_preferences: [CurveP384], -groups P-256, false",
    "curve_preferences: [CurveP384], -groups P-384, true",
    "curve_preferences: [X25519], -groups X25519, true",
    "min_version: TLS12, -tls1_1 -cipher ALL:@SECLEVEL=0, false",
  })
  void handshakeHoldsToTheSettings(String setting, String arguments, boolean succeeds)
      throws Exception {
    int port = serve(TLS + "  " + setting + "\n");
    assertThat(client(arguments, port).contains("Cipher is (NONE)")).isEqualTo(!succeeds);
  }

  @Test
  void certificateChainIsSent() throws Exception {
    int port = serve(TLS.replace("server.crt", "server-chain.crt"));
    assertThat(client("-showcerts", port)).contains("s:CN = server", "s:CN = ca");
  }

  @ParameterizedTest
  @CsvSource({
    "RequestClientCert, '', 200",
    "RequestClientCert, mallory, 200",
    "RequireAnyClientCert, '', 000",
    "RequireAnyClientCert, mallory, 200",
    "VerifyClientCertIfGiven, '', 200",
    "VerifyClientCertIfGiven, alice, 200",
    "VerifyClientCertIfGiven, mallory, 000",
    "RequireAndVerifyClientCert, '', 000",
    "RequireAndVerifyClientCert, alice, 200",
    "RequireAndVerifyClientCert, mallory, 000",
  })
  void clientsCertificateIsAskedForAsSet(String type, String who, String code) throws Exception {
    int port = serve(TLS + "  client_auth_type: " + type + "\n  client_ca_file: ca.crt\n");
    String certificate = who.isEmpty() ? "" : " --cert " + who + ".crt --key client.key ";
    assertThat(curl("--cacert ca.crt" + certificate + " " + url("https", port))).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "alice, alice, 200",
    "alice@example.org, alice, 200",
    "spiffe://node/alice, alice, 200",
    "10.0.0.1, alice, 200",
    "fd00:0::1, alice, 200",
    "bob, alice, 000",
    "alice, bob, 000",
    "alice, mallory, 000",
  })
  void clientsNameMustBeAllowed(String allowed, String who, String code) throws Exception {
    int port =
        serve(
            TLS
                + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n"
                + "  client_allowed_sans: ['"
                + allowed
                + "']\n");
    assertThat(
            curl("--cacert ca.crt --cert " + who + ".crt --key client.key " + url("https", port)))
        .isEqualTo(code);
  }

  @Test
  void onlyUsersAreServed() throws Exception {
    int port = serve(users("secret") + users("b").replace("basic_auth_users:\n  alice", "  bob"));
    String url = url("http", port);
    for (int round = 0; round < 2; round++) { // The second one from memory.
      assertThat(curl("-u alice:secret " + url)).isEqualTo("200");
      assertThat(curl("-u bob:b " + url)).isEqualTo("200");
      assertThat(curl("-u alice:b " + url)).isEqualTo("401");
      assertThat(curl("-u alice: " + url)).isEqualTo("401");
      assertThat(curl("-u mallory:secret " + url)).isEqualTo("401");
      assertThat(curl(url)).isEqualTo("401");
    }
    assertThat(curl("-u alice:secret http://localhost:" + port + "/nowhere")).isEqualTo("404");
    assertThat(curl("http://localhost:" + port + "/nowhere")).isEqualTo("401");
    assertThat(Shell.run(folder, "curl -si " + url).output())
        .contains("WWW-Authenticate: Basic realm=\"kata-monitor\"");
  }

  @ParameterizedTest
  @CsvSource({"Bearer x", "Basic", "Basic !!!", "Basic YWxpY2U=", "Basicx YWxpY2U6c2VjcmV0"})
  void credentialsThatAreNoneAreRefused(String authorization) throws Exception {
    int port = serve(users("secret"));
    assertThat(curl("-H 'Authorization: " + authorization + "' " + url("http", port)))
        .isEqualTo("401");
  }

  @Test
  void fieldsAreOnEveryAnswer() throws Exception {
    int port =
        serve(
            """
            http_server_config:
              headers:
                X-Frame-Options: deny
                X-Content-Type-Options: nosniff
                Content-Security-Policy: default-src 'none'
            """);
    for (var path : List.of("hello", "nowhere")) {
      assertThat(Shell.run(folder, "curl -si http://localhost:" + port + "/" + path).output())
          .contains("X-Frame-Options: deny", "Content-Security-Policy: default-src 'none'")
          .containsOnlyOnce("X-Content-Type-Options: nosniff");
    }
  }

  @Test
  void renewedCertificateIsSeenByTheNextConnection() throws Exception {
    Files.copy(folder.resolve("server.crt"), folder.resolve("live.crt"));
    Files.copy(folder.resolve("server.key"), folder.resolve("live.key"));
    int port = serve(TLS.replace("server.", "live."));
    assertThat(client("", port)).contains("subject=CN = server");
    replace("renewed.crt", "live.crt");
    // Key and certificate do not fit: what was served is served on.
    assertThat(client("", port)).contains("subject=CN = server");
    replace("renewed.key", "live.key");
    assertThat(client("", port)).contains("subject=CN = renewed");
  }

  @Test
  void reloadDropsNoRequest() throws Exception {
    Files.copy(folder.resolve("server.crt"), folder.resolve("swap.crt"));
    Files.copy(folder.resolve("server.key"), folder.resolve("swap.key"));
    int port = serve(TLS.replace("server.", "swap."));
    var running = new Shell.Result[1];
    var client =
        Thread.ofPlatform()
            .start(() -> {
              try {
                running[0] =
                    Shell.run(
                        folder, "curl -s --cacert ca.crt https://localhost:" + port + "/held");
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    var exchange = held.poll(8, TimeUnit.SECONDS);
    replace("renewed.key", "swap.key");
    replace("renewed.crt", "swap.crt");
    assertThat(client("", port)).contains("subject=CN = renewed");
    exchange
        .eventLoop()
        .execute(() -> exchange.respond(Response.text(HttpResponseStatus.OK, "ok")));
    client.join();
    assertThat(running[0].output()).isEqualTo("ok");
  }

  @Test
  void requestsOnKeptAndOnNewConnectionsOutliveEveryReload() throws Exception {
    var pairs = List.of("server", "renewed");
    Files.copy(folder.resolve("server.crt"), folder.resolve("often.crt"));
    Files.copy(folder.resolve("server.key"), folder.resolve("often.key"));
    int port = serve(TLS.replace("server.", "often.") + users("secret"));
    String counted =
        " --cacert ca.crt -u alice:secret -o /dev/null -w '%{http_code}\\n' "
            + "'https://localhost:"
            + port;
    var kept = inBackground("curl -s" + counted + "/hello?[1-1000]' | sort | uniq -c");
    var fresh =
        inBackground(
            "curl -s -H 'Connection: close'" + counted + "/hello?[1-50]' | sort | uniq -c");
    int reloads = 0;
    while (!kept.isDone() || !fresh.isDone()) {
      String pair = pairs.get(++reloads % 2);
      replace(pair + ".key", "often.key");
      replace(pair + ".crt", "often.crt");
      rewrite(TLS.replace("server.", "often.") + users("secret"));
      assertThat(client("", port)).contains("subject=CN = " + pair);
    }
    assertThat(kept.join().strip()).matches("1000 200");
    assertThat(fresh.join().strip()).matches("50 200");
    assertThat(reloads).isGreaterThan(2);
  }

  private static CompletableFuture<String> inBackground(String script) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return Shell.run(folder, script).output();
          } catch (IOException | InterruptedException e) {
            throw new CompletionException(e);
          }
        },
        Thread::startVirtualThread);
  }

  @Test
  void changedUsersAreSeenByTheNextRequestAndABadFileIsNot() throws Exception {
    int port = serve(users("old"));
    String url = url("http", port);
    assertThat(curl("-u alice:old " + url)).isEqualTo("200");
    rewrite(users("new"));
    assertThat(curl("-u alice:old " + url)).isEqualTo("401");
    assertThat(curl("-u alice:new " + url)).isEqualTo("200");
    rewrite("basic_auth_users: [");
    assertThat(curl("-u alice:new " + url)).isEqualTo("200");
    rewrite("");
    assertThat(curl(url)).isEqualTo("401");
    rewrite(users("last"));
    assertThat(curl("-u alice:last " + url)).isEqualTo("200");
  }

  @ParameterizedTest
  @CsvSource({"fifo", "folder", "none"})
  void whatIsNoRegularFileIsRefusedAtTheStart(String kind) throws Exception {
    Files.delete(config);
    Shell.run(folder, commandFor(kind, config.getFileName().toString()));
    assertThatThrownBy(() -> ConfiguredSecurity.of(config))
        .isInstanceOf(SecuritySetupException.class)
        .hasMessageContaining(
            "web-config-file "
                + config
                + (kind.equals("none")
                    ? ": the file does not exist"
                    : ": the file is no regular file"));
  }

  @Test
  void keyThatIsAFifoIsRefusedAtTheStart() throws Exception {
    assertThat(Shell.run(folder, "rm -f fifo.key; mkfifo fifo.key").code()).isZero();
    Files.writeString(config, TLS.replace("server.key", "fifo.key"));
    assertThatThrownBy(() -> ConfiguredSecurity.of(config))
        .isInstanceOf(SecuritySetupException.class)
        .hasMessageContaining(
            "tls_server_config.key_file " + folder.resolve("fifo.key") + " is no regular file");
    var files =
        new TlsFiles(
            folder.resolve("server.crt"),
            folder.resolve("fifo.key"),
            TlsFiles.Version.TLS12,
            List.of());
    assertThatThrownBy(() -> ConfiguredSecurity.of(files))
        .hasMessage("-tls-key-file " + folder.resolve("fifo.key") + " is no regular file");
  }

  @Test
  void filesThatHangStopTheStartWithASentence() {
    var never = new CountDownLatch(1);
    assertThatThrownBy(() ->
            new ConfiguredSecurity(
                config,
                () -> {
                  awaitUninterruptibly(never);
                  throw new SecuritySetupException("never reached");
                },
                PasswordCheck.BCRYPT,
                Duration.ofMillis(20)))
        .isInstanceOf(SecuritySetupException.class)
        .hasMessage("web-config-file " + config + ": could not be read within 20 ms");
    never.countDown();
  }

  @ParameterizedTest
  @CsvSource({"fifo", "folder", "none"})
  void whatReplacesTheConfigurationAndIsNoFileChangesNothing(String kind) throws Exception {
    int port = serve(users("old"));
    String url = url("http", port);
    assertThat(curl("-u alice:old " + url)).isEqualTo("200");
    Shell.run(
        folder, "rm " + config.getFileName() + "\n" + commandFor(kind, "" + config.getFileName()));
    assertThat(curl("-u alice:old " + url)).isEqualTo("200");
    assertThat(curl("-u alice:new " + url)).isEqualTo("401");
    Shell.run(folder, "rm -rf " + config.getFileName());
    rewrite(users("new"));
    assertThat(curl("-u alice:old " + url)).isEqualTo("401");
    assertThat(curl("-u alice:new " + url)).isEqualTo("200");
  }

  @Test
  void certificateThatBecomesAFifoIsServedAsItWas() throws Exception {
    Files.copy(folder.resolve("server.crt"), folder.resolve("piped.crt"));
    Files.copy(folder.resolve("server.key"), folder.resolve("piped.key"));
    int port = serve(TLS.replace("server.", "piped."));
    assertThat(client("", port)).contains("subject=CN = server");
    assertThat(Shell.run(folder, "rm piped.crt; mkfifo piped.crt").code()).isZero();
    assertThat(client("", port)).contains("subject=CN = server");
    replace("renewed.key", "piped.key");
    replace("renewed.crt", "piped.crt");
    assertThat(client("", port)).contains("subject=CN = renewed");
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException goOn) {
        Thread.onSpinWait();
      }
    }
  }

  private static String commandFor(String kind, String name) {
    return switch (kind) {
      case "fifo" -> "mkfifo " + name;
      case "folder" -> "mkdir " + name;
      default -> "true";
    };
  }

  private void rewrite(String text) throws IOException {
    var next = folder.resolve("next.yml");
    Files.writeString(next, text);
    Files.move(next, config, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void replace(String from, String to) throws IOException {
    var next = folder.resolve(to + ".next");
    Files.copy(folder.resolve(from), next, StandardCopyOption.REPLACE_EXISTING);
    Files.move(next, folder.resolve(to), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void clientThatNeverShakesHandsIsClosed() throws Exception {
    Files.writeString(config, TLS);
    var limits =
        new ServerLimits(
            512,
            Duration.ofMillis(300),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10));
    server =
        new RunningServer(
            new Router(), limits, RequestObserver.NONE, ConfiguredSecurity.of(config));
    try (var client = server.client()) {
      assertThat(client.isClosedByServer()).isTrue();
    }
  }
}
