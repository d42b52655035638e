package io.katamonitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HtmlTest {
  private static String text(String text) {
    var out = new StringBuilder();
    new Html(out).text(text);
    return out.toString();
  }

  @Test
  void nothingBecomesMarkup() {
    assertThat(text("<a href=\"x\">&'")).isEqualTo("&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
  }

  @Test
  void invisibleCharactersAreMadeVisible() {
    assertThat(text("a\u0000\u001b[2J\n")).isEqualTo("a\u2400\u241b[2J\u240a");
    assertThat(text("\u202e\u2066\u200b\u0085\ufeff\u061c")).isEqualTo("\ufffd".repeat(6));
    assertThat(text("שלום é 😀")).isEqualTo("שלום é 😀");
  }

  @Test
  void longTextIsCut() {
    assertThat(text("x".repeat(1024))).hasSize(1024);
    assertThat(text("x".repeat(5000))).hasSize(1025).endsWith("…");
  }

  @Test
  void valuesAreIsolatedFromTheTextAroundThem() {
    var out = new StringBuilder();
    new Html(out).isolated("<");
    assertThat(out.toString()).isEqualTo("<bdi>&lt;</bdi>");
  }
}
