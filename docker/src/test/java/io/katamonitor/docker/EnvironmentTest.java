package io.katamonitor.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.deploy.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No variable of the environment changes the virtual machine or the log, or stops the start. */
final class EnvironmentTest {
  private static final List<String> VARIABLES =
      List.of(
          "JAVA_TOOL_OPTIONS=-XX:NoSuchOption",
          "JDK_JAVA_OPTIONS=-XX:NoSuchOption",
          "_JAVA_OPTIONS=-XX:NoSuchOption",
          "LOG4J_DEBUG=true",
          "LOG4J_CONTEXT_SELECTOR=no.such.Class",
          "LOG4J_ASYNC_QUEUE_FULL_POLICY=Default");

  /** The packaged launcher and the one of a clone, for which the variables are set one by one. */
  @ParameterizedTest
  @ValueSource(strings = {"target/kata-monitor/bin/kata-monitor", "../bin/kata-monitor"})
  void environmentVariablesAreIgnored(String launcher) throws Exception {
    for (String variable : VARIABLES) {
      isIgnored(launcher, List.of(variable));
    }
    isIgnored(launcher, VARIABLES);
  }

  @ParameterizedTest
  @CsvSource({
    "'cd $(mktemp -d) && rmdir $PWD', cannot listen on 192\\.0\\.2\\.1:0: .*",
    "ulimit -n 40, cannot start: the limit of open files \\(nofile\\) is below 64: .*",
    "ulimit -v 1300000, cannot start: the limit of the address space \\(ulimit -v\\) is below 1536 MiB: .*",
    "ulimit -d 20000, cannot start: the limit of data \\(ulimit -d\\) is below 128 MiB: .*",
  })
  void unusableEnvironmentIsOneSentence(String before, String sentence) throws Exception {
    Program program =
        Program.run(
            Path.of("."),
            "sh",
            "-c",
            before + " && exec \"$@\"",
            "sh",
            Path.of("target/kata-monitor/bin/kata-monitor").toAbsolutePath().toString(),
            "-log-level=warn",
            "-listen-address=192.0.2.1:0",
            "-sandboxes-path=/no");

    assertThat(program.errors()).matches("kata-monitor:? " + sentence + "\n");
    assertThat(program.exitCode()).isEqualTo(1);
    assertThat(program.output()).isEmpty();
  }

  private static void isIgnored(String launcher, List<String> variables)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>(List.of("env"));
    command.addAll(variables);
    command.addAll(
        List.of(launcher, "-log-level=warn", "-listen-address=192.0.2.1:0", "-sandboxes-path=/no"));

    // An address without a host (RFC 5737): it starts, logs nothing, and ends with one sentence.
    Program program = Program.run(Path.of("."), command.toArray(String[]::new));

    assertThat(program.errors())
        .as("with %s", variables)
        .matches("kata-monitor: cannot listen on 192\\.0\\.2\\.1:0: [^\n]*\n");
    assertThat(program.exitCode()).isEqualTo(1);
    assertThat(program.output()).isEmpty();
  }
}
