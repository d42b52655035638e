package io.katamonitor.config;

import java.util.List;

/** What a command line requests. */
public sealed interface Invocation {
  /**
   * Run the daemon.
   *
   * @param settings every flag that has a value, in the order of the usage
   * @param warnings a sentence for each thing that was given and is ignored
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
   * Nothing that can be done.
   *
   * @param sentence what is wrong, with what was expected; one printable line
   */
  record Rejected(String sentence) implements Invocation {}
}
