package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FamilyPrefixesTest {
  @Test
  void withoutPrefixesAllFamiliesAreWanted() {
    assertThat(FamilyPrefixes.parse(List.of())).isEqualTo(FamilyPrefixes.ALL);
    assertThat(FamilyPrefixes.parse(List.of("", " , "))).isEqualTo(FamilyPrefixes.ALL);
    assertThat(FamilyPrefixes.ALL.test("kata_x")).isTrue();
  }

  @Test
  void familiesThatStartWithOneOfThePrefixesAreWanted() {
    var prefixes = FamilyPrefixes.parse(List.of("kata_guest,kata_shim", "kata_monitor"));
    assertThat(prefixes.test("kata_guest_load")).isTrue();
    assertThat(prefixes.test("kata_monitor_cri_up")).isTrue();
    assertThat(prefixes.test("kata_agent_threads")).isFalse();
  }

  @Test
  void orderAndRepetitionMakeNoDifference() {
    assertThat(FamilyPrefixes.parse(List.of("b, a", "b")))
        .isEqualTo(FamilyPrefixes.parse(List.of("a,b")));
  }
}
