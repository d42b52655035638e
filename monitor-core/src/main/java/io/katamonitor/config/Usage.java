package io.katamonitor.config;

import java.util.ArrayList;
import java.util.List;

/** The text that {@code -help} prints. */
final class Usage {
  private Usage() {}

  static String text() {
    var text =
        new StringBuilder(4096)
            .append(
                """
                kata-monitor serves the metrics of every Kata Containers sandbox on this node.

                Usage: kata-monitor [flags]
                       kata-monitor top [flags]   sandboxes in the terminal; see kata-monitor top --help
                       kata-monitor version

                Flags, each also as --name and as -name=value:
                """);
    for (var flag : Flags.ALL) {
      append(text, flag);
    }
    return text.append("  -version\n        Print the version.\n").toString();
  }

  private static void append(StringBuilder text, Flag<?> flag) {
    text.append("  -").append(flag.name());
    if (!flag.isBoolean()) {
      text.append(' ').append(flag.type().placeholder());
    }
    text.append("\n        ").append(flag.description());
    for (var alias : flag.aliases()) {
      text.append(" Also spelled ").append(alias).append('.');
    }
    if (!flag.defaultValue().isEmpty()) {
      text.append(" (default ").append(String.join(" and ", flag.defaultValue())).append(')');
    }
    text.append('\n');
  }

  /** All names and aliases. */
  static List<String> names() {
    var names = new ArrayList<String>();
    for (var flag : Flags.ALL) {
      names.add(flag.name());
      names.addAll(flag.aliases());
    }
    return names;
  }
}
