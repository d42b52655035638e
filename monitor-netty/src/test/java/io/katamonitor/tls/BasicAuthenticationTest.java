package io.katamonitor.tls;

import static io.katamonitor.tls.Verdict.ADMITTED;
import static io.katamonitor.tls.Verdict.REJECTED;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts the cost of logins: each check of a password, with its hash. */
class BasicAuthenticationTest {
  private static final String CHEAP = "$2y$04$" + "a".repeat(53);
  private static final String COSTLY = "$2y$12$" + "b".repeat(53);
  private static final Users USERS = new Users(Map.of("alice", CHEAP, "bob", COSTLY));

  private final List<String> checked = new ArrayList<>();
  private final ManualLoop loop = new ManualLoop();
  private final BasicAuthentication authentication =
      new BasicAuthentication(
          loop,
          (password, hash) -> {
            checked.add(hash);
            return new String(password, StandardCharsets.UTF_8).equals("right");
          },
          loop::nanoTime);

  private List<Verdict> send(String from, @Nullable String authorization, Users users) {
    var verdicts = new ArrayList<Verdict>();
    authentication.authenticate(
        loop.eventLoop(), new InetSocketAddress(from, 1), authorization, users, verdicts::add);
    return verdicts;
  }

  private List<Verdict> login(String from, String login) {
    return send(from, basic(login), USERS);
  }

  private static String basic(String login) {
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  /** One that needs a hash. */
  private Verdict hashed(String login, Users users) {
    var verdicts = send("127.0.0.1", basic(login), users);
    assertThat(verdicts).isEmpty();
    loop.work();
    assertThat(verdicts).hasSize(1);
    return verdicts.getFirst();
  }

  private Verdict hashed(String login) {
    return hashed(login, USERS);
  }

  /** One whose verdict is known. */
  private Verdict remembered(String login) {
    var verdicts = login("127.0.0.1", login);
    assertThat(verdicts).hasSize(1);
    return verdicts.getFirst();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mallory:right", "mallory:", ":right", ":", "ALICE:right"})
  void unknownUserCostsAsMuchAsTheCostliestAndIsAlwaysRejected(String login) {
    assertThat(hashed(login)).isEqualTo(REJECTED);
    assertThat(checked).containsExactly(COSTLY);
  }

  @Test
  void userIsCheckedAgainstItsOwnHashOnceForEachPassword() {
    assertThat(hashed("alice:wrong")).isEqualTo(REJECTED);
    assertThat(hashed("alice:right")).isEqualTo(ADMITTED);
    assertThat(hashed("bob:right")).isEqualTo(ADMITTED);
    for (int i = 0; i < 3; i++) {
      assertThat(remembered("alice:right")).isEqualTo(ADMITTED);
      assertThat(remembered("bob:right")).isEqualTo(ADMITTED);
      assertThat(remembered("alice:wrong")).isEqualTo(REJECTED);
    }
    assertThat(checked).containsExactly(CHEAP, CHEAP, COSTLY);
  }

  @Test
  void rightLoginIsHashedAgainTenMinutesAfterItsLastUse() {
    assertThat(hashed("alice:right")).isEqualTo(ADMITTED);
    for (int i = 0; i < 5; i++) {
      loop.pass(Duration.ofMinutes(9));
      assertThat(remembered("alice:right")).isEqualTo(ADMITTED);
    }
    loop.pass(Duration.ofMinutes(10));
    assertThat(hashed("alice:right")).isEqualTo(ADMITTED);
    assertThat(checked).hasSize(2);
  }

  @Test
  void changedOrRemovedUserIsCheckedAgain() {
    assertThat(hashed("alice:right")).isEqualTo(ADMITTED);
    var other = "$2y$05$" + "c".repeat(53);
    assertThat(hashed("alice:right", new Users(Map.of("alice", other)))).isEqualTo(ADMITTED);
    assertThat(hashed("alice:right", new Users(Map.of("bob", COSTLY)))).isEqualTo(REJECTED);
    assertThat(checked).containsExactly(CHEAP, other, COSTLY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Bearer x", "Basic", "Basic !!!", "Basic YWxpY2U=", "Basicx YWxpY2U6eA=="})
  void malformedCredentialsCostNothing(String authorization) {
    assertThat(send("127.0.0.1", authorization, USERS)).containsExactly(REJECTED);
    assertThat(send("127.0.0.1", null, USERS)).containsExactly(REJECTED);
    assertThat(loop.tasks()).isZero();
  }

  @Test
  void guessesDoNotEvictTheLoginOfAScraper() {
    assertThat(hashed("alice:right")).isEqualTo(ADMITTED);
    for (int i = 0; i < 2 * RememberedLogins.MAX; i++) {
      assertThat(hashed("alice:guess" + i)).isEqualTo(REJECTED);
    }
    assertThat(remembered("alice:right")).isEqualTo(ADMITTED);
  }

  /** 80 connections of one address guess passwords without end. */
  @Test
  void attackFromAnotherAddressDelaysNoKnownUserAndAFirstLoginByOneHash() {
    assertThat(hashed("alice:right")).isEqualTo(ADMITTED);
    checked.clear();
    int guess = 0;
    var attacks = new ArrayList<List<Verdict>>();
    for (int round = 0; round < 10; round++) {
      for (int connection = 0; connection < 80; connection++) {
        attacks.add(login("127.0.0.2", "alice:guess" + guess++));
      }
      assertThat(login("127.0.0.1", "alice:right")).containsExactly(ADMITTED);
      loop.work();
    }
    var first = login("127.0.0.1", "bob:right");
    assertThat(first).isEmpty();
    loop.work(); // The guess that is being hashed.
    attacks.add(login("127.0.0.2", "alice:guess" + guess));
    loop.work();
    assertThat(first).containsExactly(ADMITTED);
    assertThat(checked).hasSize(12);
    while (loop.tasks() > 0) {
      loop.work();
    }
    assertThat(attacks).allMatch(verdicts -> verdicts.size() == 1);
    assertThat(attacks).noneMatch(verdicts -> verdicts.contains(ADMITTED));
  }
}
