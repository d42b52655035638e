package io.katamonitor.logging;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.log.Event;
import io.katamonitor.log.Level;
import io.katamonitor.log.LogFormat;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogLineTest {
  private static String line(LogFormat format, String message, Object... fields) {
    var time = Instant.parse("2026-11-28T01:02:03.000000004Z");
    var event = Event.of(time, message, fields);
    var line = new LogLine(format, event.time(), Level.INFO, event.text());
    return new String(line.fields("io.katamonitor.Test", event).bytes(), US_ASCII);
  }

  @Test
  void timeIsRfc3339WithNineDigits() {
    assertThat(line(LogFormat.TEXT, "x"))
        .isEqualTo("time=\"2026-11-28T01:02:03.000000004Z\" level=info msg=x\n");
  }

  @Test
  void anyValueMakesOnePrintableLine() {
    assertThat(
            line(
                LogFormat.TEXT,
                "x",
                "v",
                "a\"b\\c\nd\re\tf\u001b[31m\u0000\u007f\u0085\u2028\ud83d\ude00"))
        .endsWith(
            "v=\"a\\\"b\\\\c\\nd\\re\\tf\\u001b[31m\\u0000\\u007f\\u0085\\u2028\\ud83d\\ude00\"\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "\u0000", "\"", "x y ", "\ud83d\ude00"})
  void longValueIsCutAndTheLineIsWellFormed(String part) {
    String text = line(LogFormat.TEXT, "m", "a", part.repeat(10_000), "b", "lost");
    String json = line(LogFormat.JSON, "m", "a", part.repeat(10_000), "b", "lost");

    assertThat(text.length()).isBetween(LogLine.MAX_BYTES - 20, LogLine.MAX_BYTES);
    assertThat(json.length()).isBetween(LogLine.MAX_BYTES - 20, LogLine.MAX_BYTES);
    assertThat(text).endsWith("...\"\n").doesNotContain("lost");
    assertThat(json).startsWith("{\"").endsWith("...\"}\n").doesNotContain("lost");
  }

  @ParameterizedTest
  @EnumSource(LogFormat.class)
  void manyFieldsAreCutAtAField(LogFormat format) {
    var fields = new Object[2_000];
    for (int i = 0; i < fields.length; i += 2) {
      fields[i] = "k" + (1_000 + i);
      fields[i + 1] = "v";
    }

    assertThat(line(format, "m", fields).length()).isBetween(3_000, LogLine.MAX_BYTES);
  }
}
