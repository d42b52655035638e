package io.katamonitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | text/plain",
        "*/* | text/plain",
        "text/html | text/html",
        "' TEXT/HTML ' | text/html",
        "text/html, */* | text/html",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | text/html",
        "text/html;q=0.5, text/plain | text/plain",
        "text/plain;q=0.5, text/html;q=0.6 | text/html",
        "text/html;q=0 | text/plain",
        "text/*, text/html;q=0 | text/plain",
        "*/*, text/plain;q=0 | text/html",
        "application/json | application/json",
        "application/*;q=0.1 | application/json",
        "application/json;q=0.9, text/html | text/html",
        "application/json, text/plain, */* | application/json",
        "text/plain, text/html | text/plain",
        "image/png | text/plain",
        "text/html;q=2 | text/plain",
        "text/html;q=NaN | text/plain",
        "text/html;q=x | text/plain",
        "text/html;charset=utf-8;q=0.9, text/plain;q=0.8 | text/html",
        "/,;q=1,,text | text/plain"
      })
  void clientGetsWhatItPrefersAndTextByDefault(String header, String type) {
    assertThat(Accept.parse(header).best("text/plain", "text/html", "application/json"))
        .isEqualTo(type);
  }
}
