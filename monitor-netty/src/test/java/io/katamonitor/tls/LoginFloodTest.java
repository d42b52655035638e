package io.katamonitor.tls;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.katamonitor.server.RequestObserver;
import io.katamonitor.server.Response;
import io.katamonitor.server.Router;
import io.katamonitor.server.RunningServer;
import io.katamonitor.server.ServerLimits;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Over real sockets: one address guesses passwords on 80 connections, another one's users are
 * served. How many hashes they wait for is tested by {@link BasicAuthenticationTest}.
 */
class LoginFloodTest {
  private static final int CONNECTIONS = 80;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger guesses = new AtomicInteger();
  private final Set<Integer> codes = ConcurrentHashMap.newKeySet();

  private static String user(String name, String password) {
    return "  "
        + name
        + ": "
        + BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(4, password.toCharArray())
        + "\n";
  }

  private static int code(HttpClient client, int port, String login)
      throws IOException, InterruptedException {
    var authorization = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hello"))
            .header("Authorization", "Basic " + authorization)
            .timeout(PATIENCE)
            .build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static HttpClient clientOf(String address) throws IOException {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .localAddress(InetAddress.getByName(address))
        .build();
  }

  private Void guess(HttpClient client, int port) throws IOException, InterruptedException {
    while (!over.get()) {
      codes.add(code(client, port, "alice:guess" + guesses.incrementAndGet()));
    }
    return null;
  }

  @Test
  void knownUserAndFirstLoginAreServedWhileAnotherAddressGuesses() throws Exception {
    var config = folder.resolve("web.yml");
    Files.writeString(
        config, "basic_auth_users:\n" + user("alice", "secret") + user("bob", "other"));
    var router =
        new Router()
            .add(
                "/hello", "hello", it -> it.respond(Response.text(HttpResponseStatus.OK, "hello")));
    try (var server =
            new RunningServer(
                router, ServerLimits.DEFAULT, RequestObserver.NONE, ConfiguredSecurity.of(config));
        var users = clientOf("127.0.0.1");
        var attackers = clientOf("127.0.0.2");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertThat(code(users, server.port(), "alice:secret")).isEqualTo(200);
      var attacks = new ArrayList<Future<Void>>();
      for (int i = 0; i < CONNECTIONS; i++) {
        attacks.add(threads.submit(() -> guess(attackers, server.port())));
      }
      try {
        while (!codes.contains(503)) { // All places of the attacker are in use.
          assertThat(code(users, server.port(), "alice:secret")).isEqualTo(200);
        }
        assertThat(code(users, server.port(), "bob:other")).isEqualTo(200);
        assertThat(code(users, server.port(), "bob:wrong")).isEqualTo(401);
        for (int i = 0; i < 20; i++) {
          assertThat(code(users, server.port(), "alice:secret")).isEqualTo(200);
        }
      } finally {
        over.set(true);
      }
      awaitAll(attacks);
    }
    assertThat(codes).isSubsetOf(401, 503);
  }

  private static void awaitAll(Iterable<Future<Void>> attacks)
      throws InterruptedException, ExecutionException {
    for (var attack : attacks) {
      attack.get();
    }
  }
}
