package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.config.CommandLine;
import io.katamonitor.config.Invocation;
import java.util.List;

/** The arguments of a manifest, read as the daemon reads them. */
final class CommandLines {
  private CommandLines() {}

  static void assertAccepted(List<String> arguments) {
    assertThat(CommandLine.parse(arguments.toArray(String[]::new)))
        .as("%s", arguments)
        .isInstanceOf(Invocation.Run.class);
  }
}
