package io.katamonitor.tls;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PasswordCheckTest {
  private static final String HASH =
      BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(4, "secret".toCharArray());

  private static boolean matches(String password) {
    return PasswordCheck.BCRYPT.matches(password.getBytes(StandardCharsets.UTF_8), HASH);
  }

  @Test
  void onlyThePasswordMatches() {
    assertThat(matches("secret")).isTrue();
    assertThat(matches("Secret")).isFalse();
    assertThat(matches("secret ")).isFalse();
    assertThat(matches("x".repeat(8_000))).isFalse();
  }

  @Test
  void invalidInputMatchesNothing() {
    assertThat(matches("")).isFalse();
    assertThat(matches("\0")).isFalse();
  }
}
