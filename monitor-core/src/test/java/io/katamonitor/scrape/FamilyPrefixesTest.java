package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource({
    "'kata_monitor,kata_pod_host', false",
    "'kata_monitor_sandbox_up', false",
    "'kata_pod_host_cpu', false",
    "'kata_monitors', true",
    "'kata_pod', true",
    "'kata_monitor,kata_pod_guest', true",
    "'kata', true",
    "'', true",
  })
  void shimsAreNeededUnlessAllFamiliesAreTheMonitorsOwn(String prefixes, boolean needsShims) {
    assertThat(FamilyPrefixes.parse(List.of(prefixes)).needsShims()).isEqualTo(needsShims);
  }
}
