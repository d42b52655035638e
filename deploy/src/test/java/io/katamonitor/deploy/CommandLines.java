package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.config.CommandLine;
import io.katamonitor.config.Invocation;
import java.util.List;

/** The arguments of a manifest, read as the daemon reads them. */
final class CommandLines {
  private CommandLines() {}

  static void assertAccepted(List<String> arguments) {
    // The flag cgroup-root is not in the command line yet: parse all arguments once it is.
    String[] known =
        arguments.stream().filter(a -> !a.startsWith("-cgroup-root=")).toArray(String[]::new);
    assertThat(CommandLine.parse(known)).as("%s", arguments).isInstanceOf(Invocation.Run.class);
  }
}
