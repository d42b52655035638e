package io.katamonitor.config;

import java.util.List;

/** The action that a command line requests. */
public sealed interface Invocation {
  /**
   * Runs the daemon.
   *
   * @param settings every flag that has a value, in the order of the usage
   * @param warnings one sentence about flags that were given and have no effect; else empty
   */
  record Run(Configuration configuration, List<Setting> settings, List<String> warnings)
      implements Invocation {
    public Run {
      settings = List.copyOf(settings);
      warnings = List.copyOf(warnings);
    }
  }

  record ShowVersion() implements Invocation {}

  record ShowUsage(String usage) implements Invocation {}

  /**
   * An invalid command line.
   *
   * @param sentence what is wrong and what was expected; one printable line
   */
  record Rejected(String sentence) implements Invocation {}
}
