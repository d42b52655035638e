package io.katamonitor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A process whose heap is exhausted ends with one line, on any thread and regardless of which class
 * catches the error. The parts are the daemon's, with the application's flags and agent.
 */
final class OutOfMemoryTest {
  private static final int CODE = 3;

  private static Process start(Path folder, String where, List<String> before) throws Exception {
    var command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "@target/kata-monitor/lib/app/jvm.options",
            "-XX:-ExitOnOutOfMemoryError",
            "-agentpath:"
                + Path.of("target/kata-monitor/lib/app/libout-of-memory.so").toAbsolutePath(),
            "-cp",
            System.getProperty("java.class.path"),
            ExhaustedHeap.class.getName(),
            where,
            Files.createDirectory(folder.resolve("sbs")).toString()));
    return new ProcessBuilder(command)
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("log").toFile())
        .start();
  }

  private static void awaitEnd(Process process) throws Exception {
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(CODE);
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a task of the event loop, event-loop-\\d-1",
    "a handler of a channel, event-loop-\\d-1",
    "the discovery, discovery-0",
    "a callback of gRPC, event-loop-\\d-1",
    "any class that logs, logs",
    "a promise, unseen",
    "any thread, any",
  })
  void exhaustedHeapIsOneLineAndExitCode3(String where, String thread, @TempDir Path folder)
      throws Exception {
    awaitEnd(start(folder, where, List.of()));

    assertThat(Files.readAllLines(folder.resolve("log")))
        .singleElement()
        .asString()
        .matches(
            "time=\"[^\"]+\" level=fatal msg=\"out of memory: the process ends\""
                + " accounts=\"clients=1 guests=2\" heap-max-bytes=2\\d{7}"
                + " heap-used-bytes=\\d{8} resource=\"Java heap\" thread="
                + thread);
    assertThat(folder.resolve("out")).isEmptyFile();
  }

  @Test
  void launcherLoadsTheAgent(@TempDir Path folder) throws Exception {
    var monitor =
        new ProcessBuilder(
                "target/kata-monitor/bin/kata-monitor",
                "-listen-address=unix:" + folder.resolve("m.sock"),
                "-sandboxes-path=" + folder)
            .redirectError(folder.resolve("log").toFile())
            .start();
    try {
      Await.until(
          "a start",
          Duration.ofSeconds(30),
          () -> Files.readString(folder.resolve("log")).contains("msg=listening"));
      assertThat(Files.readString(Path.of("/proc/" + monitor.pid() + "/maps")))
          .contains("/libout-of-memory.so");
    } finally {
      monitor.destroy();
      assertThat(monitor.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** A pipe of 64 KiB, full from the beginning. */
  @Test
  void processEndsEvenIfStandardErrorIsNotRead(@TempDir Path folder) throws Exception {
    var fullPipe =
        "mkfifo \"$0\" && exec 3<>\"$0\" && head -c 65536 /dev/zero >&3 && exec \"$@\" 2>&3";
    awaitEnd(
        start(
            folder,
            "any thread",
            List.of("bash", "-c", fullPipe, folder.resolve("pipe").toString())));
  }
}
