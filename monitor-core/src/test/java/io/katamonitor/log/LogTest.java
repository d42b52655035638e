package io.katamonitor.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.apache.logging.log4j.LogManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Log log = Log.of(LogTest.class);

  @AfterEach
  void restoresTheLog() {
    Log.configure(Level.INFO, LogFormat.TEXT);
  }

  private String logged() {
    return out.toString(UTF_8)
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z", "NOW");
  }

  @Test
  void textLinesReadAsLogrusPrintsThem() {
    Log.configure(Level.INFO, LogFormat.TEXT, out);

    log.info("sandbox added", "sandbox", "a-1._/@^+", "pod", "x y", "address", "127.0.0.1:8090");

    assertThat(logged())
        .isEqualTo(
            "time=\"NOW\" level=info msg=\"sandbox added\" address=\"127.0.0.1:8090\""
                + " pod=\"x y\" sandbox=a-1._/@^+\n");
  }

  @Test
  void jsonLinesAreObjects() {
    Log.configure(Level.INFO, LogFormat.JSON, out);

    log.warn("odd", "b", 1, "a", null);

    assertThat(logged())
        .isEqualTo(
            "{\"time\":\"NOW\",\"level\":\"warning\",\"msg\":\"odd\",\"a\":\"null\",\"b\":\"1\"}\n");
  }

  @Test
  void whateverAValueHoldsTheLineStaysOnePrintableLine() {
    Log.configure(Level.INFO, LogFormat.TEXT, out);

    log.info("x", "v", "a\"b\\c\nd\re\tf\u001b[31m\u0000\u007f\u0085\u2028\ud83d\ude00");

    assertThat(logged())
        .endsWith(
            "v=\"a\\\"b\\\\c\\nd\\re\\tf\\u001b[31m\\u0000\\u007f\\u0085\\u2028\\ud83d\\ude00\"\n");
  }

  @Test
  void eventsBelowTheLevelAreLeftOut() {
    Log.configure(Level.ERROR, LogFormat.TEXT, out);

    log.warn("not this");
    log.error("this");

    assertThat(logged()).isEqualTo("time=\"NOW\" level=error msg=this\n");
  }

  @Test
  void linesOfLibrariesNameTheirSource() {
    Log.configure(Level.INFO, LogFormat.TEXT, out);

    Log.of("io.grpc.Thing").info("x", "z", "1");

    assertThat(logged()).isEqualTo("time=\"NOW\" level=info msg=x source=io.grpc.Thing z=1\n");
  }

  @Test
  void whatALibraryLogsByLog4jLooksTheSame() {
    Log.configure(Level.WARN, LogFormat.TEXT, out);
    var library = LogManager.getLogger("org.example.Thing");

    library.info("not this");
    library.warn("took {} of {}", 3, 4);
    library.fatal("lost", new IllegalStateException("gone"));

    assertThat(logged())
        .isEqualTo(
            "time=\"NOW\" level=warning msg=\"took 3 of 4\" source=org.example.Thing\n"
                + "time=\"NOW\" level=fatal msg=lost"
                + " cause=\"java.lang.IllegalStateException: gone\" source=org.example.Thing\n");
  }

  @Test
  void panicSilencesAll() {
    Log.configure(Level.PANIC, LogFormat.TEXT, out);

    log.error("not this");
    LogManager.getLogger("org.example.Thing").fatal("nor this");

    assertThat(logged()).isEmpty();
  }

  @Test
  void levelsAreNamedAsLogrusNamesThemInAnyCase() {
    assertThat(Level.parse("Warn")).isEqualTo(Level.WARN);
    assertThat(Level.parse("WARNING")).isEqualTo(Level.WARN);
    assertThat(Level.parse("panic")).isEqualTo(Level.PANIC);
    assertThat(Level.parse("loud")).isNull();
    assertThat(Level.parse("")).isNull();
  }
}
