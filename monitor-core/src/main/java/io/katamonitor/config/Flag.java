package io.katamonitor.config;

import java.util.ArrayList;
import java.util.List;

/**
 * One flag of the command line.
 *
 * @param aliases further names
 * @param defaultValue as the command line would spell it; none for a value that is not set, several
 *     for a repeatable flag
 * @param description one or more sentences for usage and README
 * @param <T> what its value is in the program
 */
record Flag<T>(
    String name,
    List<String> aliases,
    FlagType<T> type,
    List<String> defaultValue,
    String description) {
  Flag {
    aliases = List.copyOf(aliases);
    defaultValue = List.copyOf(defaultValue);
  }

  static <T> Flag<T> of(String name, FlagType<T> type, String defaultValue, String description) {
    return new Flag<>(
        name,
        List.of(),
        type,
        defaultValue.isEmpty() ? List.of() : List.of(defaultValue),
        description);
  }

  /** A copy of the flag with one more name. */
  Flag<T> withAlias(String alias) {
    var all = new ArrayList<>(aliases);
    all.add(alias);
    return new Flag<>(name, all, type, defaultValue, description);
  }

  boolean isNamed(String given) {
    return name.equals(given) || aliases.contains(given);
  }

  /** Whether the value may be left out. */
  boolean isBoolean() {
    return type.placeholder().isEmpty();
  }

  /** The value if the flag is not given. */
  T defaultOf() {
    if (defaultValue.isEmpty()) {
      return type.parse("");
    }
    T value = type.parse(defaultValue.getFirst());
    for (var further : defaultValue.subList(1, defaultValue.size())) {
      value = type.merge(value, type.parse(further));
    }
    return value;
  }
}
