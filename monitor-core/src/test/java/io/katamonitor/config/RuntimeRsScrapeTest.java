package io.katamonitor.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeRsScrapeTest {
  @ParameterizedTest
  @ValueSource(strings = {"auto", "always", "never", "auto,qemu", "auto,qemu,firecracker"})
  void textIsParsedToTheSameValue(String text) {
    assertThat(RuntimeRsScrape.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Auto",
        "auto ",
        "auto,",
        "auto,,qemu",
        "auto,qemu,",
        "auto, qemu",
        "auto,qemu\n",
        "auto,qem\u00fc",
        "auto,never",
        "auto,always",
        "auto,auto",
        "always,qemu",
        "never,qemu",
        "qemu",
        "qemu,auto"
      })
  void otherTextsAreRejectedWithTheExpectedSyntax(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RuntimeRsScrape.parse(text))
        .withMessageStartingWith("expected auto, always, never, or auto,NAME...");
  }

  @Test
  void autoPermitsSafeAndExactlyNamedHypervisors() {
    assertThat(RuntimeRsScrape.AUTO.permits("x", true)).isTrue();
    assertThat(RuntimeRsScrape.AUTO.permits("qemu", false)).isFalse();
    var named = RuntimeRsScrape.parse("auto,qemu");
    assertThat(named.permits("qemu", false)).isTrue();
    assertThat(named.permits("x", true)).isTrue();
    assertThat(named.permits("Qemu", false)).isFalse();
    assertThat(named.permits("", false)).isFalse();
    assertThat(named.permits(null, false)).isFalse();
  }

  @Test
  void alwaysPermitsAllAndNeverNone() {
    assertThat(RuntimeRsScrape.ALWAYS.permits(null, false)).isTrue();
    assertThat(RuntimeRsScrape.ALWAYS.permits("qemu", false)).isTrue();
    assertThat(RuntimeRsScrape.NEVER.permits("dragonball", true)).isFalse();
  }
}
