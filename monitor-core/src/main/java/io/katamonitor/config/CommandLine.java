package io.katamonitor.config;

import org.jspecify.annotations.Nullable;

/**
 * Reads the command line as Go's flag package does: {@code -name value}, {@code -name=value}, both
 * with two dashes too; booleans take a value only after {@code =}; if a flag is repeated, the last
 * value wins, except for repeatable flags. Unlike there, an argument that is not a flag is
 * rejected.
 *
 * <p>Not picocli: that costs 700 classes and 105 ms of CPU at start for these twenty flags, with
 * its programmatic API, without reflection, with or without an AOT cache.
 */
public final class CommandLine {
  private final String[] arguments;
  private final ConfigurationBuilder builder = new ConfigurationBuilder();
  private int next;

  private CommandLine(String[] arguments) {
    this.arguments = arguments;
  }

  public static Invocation parse(String... arguments) {
    return new CommandLine(arguments).parse();
  }

  private Invocation parse() {
    while (next < arguments.length) {
      String argument = arguments[next++];
      switch (argument) {
        case "version", "-version", "--version" -> {
          return new Invocation.ShowVersion();
        }
        case "help", "-h", "--h", "-help", "--help" -> {
          return new Invocation.ShowUsage(Usage.text());
        }
        default -> {
          var rejection = flag(argument);
          if (rejection != null) {
            return rejection;
          }
        }
      }
    }
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      return new Invocation.Rejected(String.valueOf(e.getMessage()));
    }
  }

  private Invocation.@Nullable Rejected flag(String argument) {
    if (!argument.startsWith("-") || argument.equals("-") || argument.equals("--")) {
      return rejected("unexpected argument ", argument, ": expected flags only, see -help");
    }
    String body = argument.substring(argument.startsWith("--") ? 2 : 1);
    int equals = body.indexOf('=');
    String name = equals < 0 ? body : body.substring(0, equals);
    var flag = Flags.find(name);
    if (flag == null) {
      return rejected(
          "unknown flag ",
          argument,
          ": expected one of those that -help lists" + NearMiss.question(name, Usage.names(), "-"));
    }
    String value;
    if (equals >= 0) {
      value = body.substring(equals + 1);
    } else if (flag.isBoolean()) {
      value = "true";
    } else if (next < arguments.length) {
      value = arguments[next++];
    } else {
      return new Invocation.Rejected(
          "flag -"
              + flag.name()
              + " has no value: expected "
              + flag.type().placeholder()
              + " after it");
    }
    try {
      builder.set(flag, value);
      return null;
    } catch (IllegalArgumentException e) {
      return rejected("invalid value ", value, " for flag -" + flag.name() + ": " + e.getMessage());
    }
  }

  private static Invocation.Rejected rejected(String before, String argument, String after) {
    var sentence = new StringBuilder(before).append('"');
    for (int i = 0; i < argument.length(); i++) {
      char c = argument.charAt(i);
      sentence.append(Character.isISOControl(c) ? '?' : c);
    }
    return new Invocation.Rejected(sentence.append('"').append(after).toString());
  }
}
