package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxIdTest {
  /** The rule as containerd writes it. */
  private static final Pattern RULE = Pattern.compile("^[a-zA-Z0-9][a-zA-Z0-9_.-]+$");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "a", "aa", "0_", "_0", ".a", "-a", "a..", "a-b", "a/b", "a b", "aa\n", "\naa", "aä",
        "äa", "a\u0660", "a\0"
      })
  void ruleIsThatOfContainerd(String text) {
    boolean legal = RULE.matcher(text).matches();
    assertThat(SandboxId.parse(text) != null).isEqualTo(legal);
    if (!legal) {
      assertThatThrownBy(() -> new SandboxId(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void everyCharacterIsTestedInBothPlaces() {
    for (int c = 0; c < 0x300; c++) {
      for (String text : new String[] {(char) c + "a", "a" + (char) c}) {
        assertThat(SandboxId.parse(text) != null)
            .as("character %d", c)
            .isEqualTo(RULE.matcher(text).matches());
      }
    }
  }
}
