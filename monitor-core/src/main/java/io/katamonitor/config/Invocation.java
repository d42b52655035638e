package io.katamonitor.config;

/** What a command line asks for. */
public sealed interface Invocation {
  /** Run the daemon. */
  record Run(Configuration configuration) implements Invocation {}

  record ShowVersion() implements Invocation {}

  record ShowUsage(String usage) implements Invocation {}

  /**
   * Nothing that can be done.
   *
   * @param sentence what is wrong, with what was expected; one printable line
   */
  record Refused(String sentence) implements Invocation {}
}
