package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SharedNamesTest {
  private final SharedNames names = new SharedNames();

  private boolean isShared(String name, int body) {
    byte[] text = ("  " + name + " 1").getBytes(US_ASCII);
    return names.isShared(text, 2, 2 + name.length(), body);
  }

  @Test
  void aNameIsSharedOnceAnotherBodySendsIt() {
    assertThat(isShared("kata_x", 1)).isFalse();
    assertThat(isShared("kata_x", 1)).as("sent twice by one body").isFalse();
    assertThat(isShared("kata_y", 2)).isFalse();
    assertThat(isShared("kata_x", 2)).isTrue();
    assertThat(isShared("kata_x", 3)).isTrue();
  }

  @Test
  void mostNamesOutliveABodyOfAsManyAsAreAllowed() {
    for (int i = 0; i < 1000; i++) {
      isShared("kata_honest_" + i, 1);
    }
    for (int i = 0; i < 5000; i++) {
      isShared("kata_new_" + i, 2);
    }
    int shared = 0;
    for (int i = 0; i < 1000; i++) {
      shared += isShared("kata_honest_" + i, 3) ? 1 : 0;
    }
    // The others lost both places.
    assertThat(shared).isBetween(400, 999);
  }

  /**
   * With one place for each, two names in the same place would displace each other in every body.
   */
  @Test
  void namesOfOrdinaryBodiesAreSharedAfterAFewBodies() {
    int shared = 0;
    for (int sandbox = 1; sandbox <= 30; sandbox++) {
      shared = 0;
      for (int i = 0; i < 150; i++) {
        shared += isShared("kata_ordinary_" + i, sandbox) ? 1 : 0;
      }
    }
    // Three that have the same two places are possible, and rare.
    assertThat(shared).isGreaterThan(147);
  }
}
