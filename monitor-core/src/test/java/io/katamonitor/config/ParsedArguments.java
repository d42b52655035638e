package io.katamonitor.config;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@link CommandLine} makes of arguments. */
final class ParsedArguments {
  private ParsedArguments() {}

  /** The configuration that the arguments result in. */
  static Configuration run(String... arguments) {
    assertThat(CommandLine.parse(arguments)).isInstanceOf(Invocation.Run.class);
    return ((Invocation.Run) CommandLine.parse(arguments)).configuration();
  }

  /** The sentence with which the arguments are rejected. */
  static String rejected(String... arguments) {
    assertThat(CommandLine.parse(arguments)).isInstanceOf(Invocation.Rejected.class);
    return ((Invocation.Rejected) CommandLine.parse(arguments)).sentence();
  }
}
