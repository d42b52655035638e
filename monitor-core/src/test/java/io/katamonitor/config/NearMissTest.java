package io.katamonitor.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearMissTest {
  private static final List<String> WORDS = List.of("log-level", "log-format", "max-requests");

  @ParameterizedTest
  @CsvSource({
    "log-levle, log-level",
    "LOG_LEVEL, log-level",
    "loglevel, log-level",
    "log-leve, log-level",
    "max-reqests, max-requests",
    "max, max-requests",
    "max_request, max-requests",
  })
  void nearWordIsSuggested(String given, String word) {
    assertThat(NearMiss.question(given, WORDS, "-")).isEqualTo("; did you mean \"-" + word + "\"?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "log", "lo", "verbose", "log-level", "min-answers"})
  void nothingIsSuggestedWhereNoneOrSeveralAreNear(String given) {
    assertThat(NearMiss.question(given, WORDS, "-")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 8_000})
  void longTextsAreNotCompared(int length) {
    assertThat(NearMiss.question("a".repeat(length), List.of("a".repeat(length - 1)), ""))
        .isEmpty();
  }
}
