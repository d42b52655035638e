package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestStateTest {
  @ParameterizedTest
  @CsvSource({
    "WAITING, REQUESTED FAILED ABANDONED",
    "REQUESTED, HELD DONE FAILED ABANDONED",
    "HELD, STUCK DONE FAILED ABANDONED",
    "STUCK, ABANDONED",
    "DONE, ''",
    "FAILED, ''",
    "ABANDONED, ''",
  })
  void tableHasTheseTransitions(RequestState from, String to) {
    var possible = new StringBuilder();
    for (var next : RequestState.values()) {
      possible.append(from.canBecome(next) ? next + " " : "");
    }
    assertThat(possible.toString().strip()).isEqualTo(to);
    assertThat(from.isFinal()).isEqualTo(to.isEmpty());
    assertThat(from.isOpen()).isEqualTo(from.canBecome(RequestState.DONE));
  }
}
