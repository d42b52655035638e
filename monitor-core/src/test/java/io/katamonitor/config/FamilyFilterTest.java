package io.katamonitor.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link FamilyFilter} and {@link BoundedText}. */
class FamilyFilterTest {
  private static FamilyFilter allow(String list) {
    return new FamilyFilter.Allow(FamilyFilter.parseList(list));
  }

  private static FamilyFilter deny(String list) {
    return new FamilyFilter.Deny(FamilyFilter.parseList(list));
  }

  @Test
  void expressionMatchesAWholeName() {
    assertThat(allow("kata_a.*, kata_b").keeps("kata_b")).isTrue();
    assertThat(allow("kata_a.*, kata_b").keeps("kata_bc")).isFalse();
    assertThat(deny("kata_a.*, kata_b").keeps("kata_ab")).isFalse();
    assertThat(deny("kata_a.*, kata_b").keeps("kata_bc")).isTrue();
    assertThat(new FamilyFilter.All().keeps("any")).isTrue();
  }

  @Test
  void eachExpressionHasEnoughReadsForALongName() {
    var list = "kata_.*_x,".repeat(40);
    var name = "kata_" + "guest_".repeat(20);
    assertThat(allow(list).keeps(name + "_x")).isTrue();
    assertThat(deny(list).keeps(name)).isTrue();
  }

  /**
   * Without the limit the first takes longer than a test may, and the second overflows the stack.
   */
  @ParameterizedTest
  @CsvSource({
    "kata_.*guest.*_.*_.*_.*_.*_.*total, _, 180",
    "kata_guest(a|b)*, ab, 100000",
  })
  void nameThatTakesTooManyReadsIsNotServed(String expression, String part, int times) {
    var name = "kata_guest" + part.repeat(times);
    assertThat(allow(expression).keeps(name)).isFalse();
    assertThat(deny(expression).keeps(name)).isFalse();
  }
}
