package io.katamonitor.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.server.Exchange;
import io.katamonitor.server.RawClient;
import io.katamonitor.server.RequestObserver;
import io.katamonitor.server.Response;
import io.katamonitor.server.Router;
import io.katamonitor.server.RunningServer;
import io.katamonitor.server.Security;
import io.katamonitor.server.ServerLimits;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What logins cost is counted: each check of a password, and against which hash. */
class BasicAuthenticationTest {
  private static final String CHEAP = "$2y$04$" + "a".repeat(53);
  private static final String COSTLY = "$2y$12$" + "b".repeat(53);
  private static final Map<String, String> USERS = Map.of("alice", CHEAP, "bob", COSTLY);

  private final List<String> checked = new CopyOnWriteArrayList<>();
  private final LinkedBlockingQueue<Runnable> hashing = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<String> began = new LinkedBlockingQueue<>();
  private RunningServer server;

  @BeforeEach
  void start() throws IOException {
    var authentication =
        new BasicAuthentication(
            hashing::add,
            (password, hash) -> {
              checked.add(hash);
              return new String(password, StandardCharsets.UTF_8).equals("right");
            });
    var router =
        new Router()
            .add(
                "/hello", "hello", it -> it.respond(Response.text(HttpResponseStatus.OK, "hello")));
    server =
        new RunningServer(router, ServerLimits.DEFAULT, observer(), securityOf(authentication));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RequestObserver observer() {
    return new RequestObserver() {
      @Override
      public void began(String handler) {
        began.add(handler);
      }

      @Override
      public void ended(String handler, int code, long durationNanos) {}
    };
  }

  private static Security securityOf(BasicAuthentication authentication) {
    return new Security() {
      @Override
      public boolean encrypts() {
        return false;
      }

      @Override
      public void secure(Channel channel, Consumer<@Nullable ChannelHandler> ready) {
        ready.accept(null);
      }

      @Override
      public void admit(Exchange exchange, Runnable serve) {
        authentication.admit(exchange, USERS, serve);
      }

      @Override
      public Map<String, String> fields() {
        return Map.of();
      }

      @Override
      public void close() {}
    };
  }

  private static String request(String login) {
    return "GET /hello HTTP/1.1\r\nHost: x\r\nAuthorization: Basic "
        + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8))
        + "\r\n\r\n";
  }

  /** One that needs a check. */
  private int checkedCode(String login) throws IOException, InterruptedException {
    try (var client = server.client()) {
      client.send(request(login));
      hashing.take().run();
      return client.reply().code();
    }
  }

  /** One whose answer is known. */
  private int rememberedCode(String login) throws IOException {
    try (var client = server.client()) {
      return client.send(request(login)).reply().code();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mallory:right", "mallory:", ":right", ":", "ALICE:right"})
  void anUnknownUserCostsAsMuchAsTheCostliestAndIsRefusedWhateverThePassword(String login)
      throws Exception {
    assertThat(checkedCode(login)).isEqualTo(401);
    assertThat(checked).containsExactly(COSTLY);
  }

  @Test
  void aKnownUserIsCheckedAgainstItsOwnHashOnceForEachPassword() throws Exception {
    assertThat(checkedCode("alice:wrong")).isEqualTo(401);
    assertThat(checkedCode("alice:right")).isEqualTo(200);
    assertThat(checkedCode("bob:right")).isEqualTo(200);
    for (int i = 0; i < 3; i++) {
      assertThat(rememberedCode("alice:right")).isEqualTo(200);
      assertThat(rememberedCode("bob:right")).isEqualTo(200);
      assertThat(rememberedCode("alice:wrong")).isEqualTo(401);
    }
    assertThat(checked).containsExactly(CHEAP, CHEAP, COSTLY);
  }

  @Test
  void whatIsNoLoginCostsNothing() throws Exception {
    try (var client = server.client()) {
      assertThat(client.get("/hello").reply().code()).isEqualTo(401);
    }
    assertThat(checked).isEmpty();
  }

  @Test
  void thoseWhoWaitForTheSameCheckShareIt() throws Exception {
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < 10; i++) {
      clients.add(server.client().send(request("alice:right")));
    }
    for (int i = 0; i < 10; i++) {
      began.take();
    }
    var check = hashing.take();
    check.run();
    for (var client : clients) {
      assertThat(client.reply().code()).isEqualTo(200);
      client.close();
    }
    assertThat(checked).containsExactly(CHEAP);
  }

  @Test
  void guessesDoNotPushOutAScraper() throws Exception {
    assertThat(checkedCode("alice:right")).isEqualTo(200);
    for (int i = 0; i < 150; i++) {
      assertThat(checkedCode("alice:guess" + i)).isEqualTo(401);
    }
    assertThat(rememberedCode("alice:right")).isEqualTo(200);
    assertThat(checked).hasSize(151);
  }
}
