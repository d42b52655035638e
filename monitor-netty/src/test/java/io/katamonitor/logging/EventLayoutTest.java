package io.katamonitor.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.log.Log;
import io.katamonitor.log.LogFormat;
import org.apache.logging.log4j.LogManager;
import org.junit.jupiter.api.Test;

/** The layout of log lines, also of those that libraries log. */
class EventLayoutTest {
  private final Log log = Log.of(EventLayoutTest.class);

  private static String text(Runnable logs) {
    return lines(LogFormat.TEXT, logs);
  }

  private static String lines(LogFormat format, Runnable logs) {
    try (var captured = CapturedLog.start(format)) {
      logs.run();
      return captured
          .text()
          .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z", "NOW");
    }
  }

  @Test
  void textLinesHaveTheFormatOfLogrus() {
    String lines =
        text(() ->
            log.info(
                "sandbox added",
                "sandbox",
                "a-1._/@^+",
                "pod",
                "x y",
                "address",
                "127.0.0.1:8090"));

    assertThat(lines)
        .isEqualTo(
            "time=\"NOW\" level=info msg=\"sandbox added\" address=\"127.0.0.1:8090\""
                + " pod=\"x y\" sandbox=a-1._/@^+\n");
  }

  @Test
  void jsonLinesAreObjects() {
    assertThat(lines(LogFormat.JSON, () -> log.warn("odd", "b", 1, "a", null)))
        .isEqualTo(
            "{\"time\":\"NOW\",\"level\":\"warning\",\"msg\":\"odd\",\"a\":\"null\",\"b\":\"1\"}\n");
  }

  @Test
  void linesOfLibrariesNameTheirSource() {
    assertThat(text(() -> Log.of("io.grpc.Thing").info("x", "z", "1")))
        .isEqualTo("time=\"NOW\" level=info msg=x source=io.grpc.Thing z=1\n");
  }

  @Test
  void libraryEventsByLog4jHaveTheSameFormat() {
    var library = LogManager.getLogger("org.example.Thing");

    String lines =
        text(() -> {
          library.debug("not this");
          library.warn("took {} of {}", 3, 4);
          library.fatal("lost", new IllegalStateException("gone"));
        });

    assertThat(lines)
        .isEqualTo(
            "time=\"NOW\" level=warning msg=\"took 3 of 4\" source=org.example.Thing\n"
                + "time=\"NOW\" level=fatal msg=lost"
                + " cause=\"java.lang.IllegalStateException: gone\" source=org.example.Thing\n");
  }
}
