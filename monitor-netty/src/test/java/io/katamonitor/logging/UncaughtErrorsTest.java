package io.katamonitor.logging;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.log.LogFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UncaughtErrorsTest {
  private final Thread.UncaughtExceptionHandler before =
      Thread.getDefaultUncaughtExceptionHandler();

  @AfterEach
  void restore() {
    Thread.setDefaultUncaughtExceptionHandler(before);
  }

  @Test
  void threadThatEndsByAnExceptionIsLogged() throws Exception {
    try (var log = CapturedLog.start()) {
      UncaughtErrors.install(LogFormat.TEXT, () -> "none");
      var thread =
          new Thread(
              () -> {
                throw new IllegalStateException("gone");
              },
              "worker");
      thread.start();
      thread.join();

      assertThat(log.text())
          .endsWith(
              " level=error msg=\"a thread ended\""
                  + " error=\"java.lang.IllegalStateException: gone\" thread=worker\n");
    }
  }
}
