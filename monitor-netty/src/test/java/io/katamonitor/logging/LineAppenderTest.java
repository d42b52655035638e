package io.katamonitor.logging;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.log.Event;
import io.katamonitor.log.LogFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.junit.jupiter.api.Test;

class LineAppenderTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final AtomicLong dropped = new AtomicLong(5);

  private LineAppender appender(OutputStream to, boolean reportsDrops) {
    return new LineAppender(EventLayout.of(LogFormat.TEXT), to, dropped::get, reportsDrops);
  }

  private static LogEvent event(String text, boolean last) {
    var event =
        Log4jLogEvent.newBuilder()
            .setLoggerName("io.katamonitor.Test")
            .setLevel(Level.INFO)
            .setMessage(Event.of(Instant.EPOCH, text))
            .build();
    event.setEndOfBatch(last);
    return event;
  }

  private String logged() {
    return out.toString(US_ASCII).replaceAll("time=\"[^\"]*\" ", "");
  }

  @Test
  void droppedLinesAreReportedOnceWhenTheQueueIsEmptyAgain() {
    var appender = appender(out, true);
    appender.append(event("a", true));
    dropped.addAndGet(7);
    appender.append(event("b", false));
    appender.append(event("c", true));
    appender.append(event("d", true));

    assertThat(logged())
        .isEqualTo(
            """
            level=info msg=a
            level=info msg=b
            level=info msg=c
            level=warning msg="log lines were dropped: standard error was not read" lines=7 total=12
            level=info msg=d
            """);
  }

  @Test
  void levelAboveWarningSilencesTheReport() {
    var appender = appender(out, false);
    dropped.incrementAndGet();
    appender.append(event("a", true));

    assertThat(logged()).isEqualTo("level=info msg=a\n");
  }

  @Test
  void closedStreamIsNoError() {
    var closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };

    appender(closed, true).append(event("a", true));
    assertThat(logged()).isEmpty();
  }
}
