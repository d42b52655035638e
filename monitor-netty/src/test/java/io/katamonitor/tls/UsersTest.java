package io.katamonitor.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class UsersTest {
  private static final String CHEAP = "$2y$04$" + "a".repeat(53);
  private static final String COSTLY = "$2y$12$" + "b".repeat(53);

  @Test
  void unknownUserIsCheckedAgainstTheCostliestHash() {
    var users = new Users(Map.of("alice", CHEAP, "bob", COSTLY, "carol", CHEAP));
    assertThat(users.hashFor("alice")).isEqualTo(CHEAP);
    assertThat(users.hashFor("bob")).isEqualTo(COSTLY);
    assertThat(users.hashFor("mallory")).isEqualTo(COSTLY);
    assertThat(users.has("alice")).isTrue();
    assertThat(users.has("mallory")).isFalse();
  }

  @Test
  void namesAreThoseOfTheFile() {
    assertThat(new Users(Map.of("alice", CHEAP)).has("ALICE")).isFalse();
    assertThat(new Users(Map.of()).isEmpty()).isTrue();
  }
}
