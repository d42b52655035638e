package io.katamonitor.scrape;

import io.katamonitor.merge.KataNames;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The families that a client requests: those whose names start with one of the prefixes, or all if
 * there are no prefixes. Two clients with equal prefixes share a merge. Immutable.
 */
public record FamilyPrefixes(List<String> prefixes) implements Predicate<String> {
  /** All families. */
  public static final FamilyPrefixes ALL = new FamilyPrefixes(List.of());

  public FamilyPrefixes {
    prefixes = List.copyOf(prefixes);
  }

  /** Parses prefixes separated by commas, in any number of parameters; empty ones are ignored. */
  public static FamilyPrefixes parse(List<String> parameters) {
    var prefixes = new ArrayList<String>();
    for (var parameter : parameters) {
      for (var prefix : parameter.split(",", -1)) {
        var stripped = prefix.strip();
        if (!stripped.isEmpty() && !prefixes.contains(stripped)) {
          prefixes.add(stripped);
        }
      }
    }
    prefixes.sort(null);
    return prefixes.isEmpty() ? ALL : new FamilyPrefixes(prefixes);
  }

  /**
   * Whether families of shims are requested; false if all prefixes are those of the monitor's own
   * families.
   */
  public boolean needsShims() {
    for (int i = 0; i < prefixes.size(); i++) {
      if (!KataNames.isOwnPrefix(prefixes.get(i))) {
        return true;
      }
    }
    return prefixes.isEmpty();
  }

  @Override
  public boolean test(String name) {
    for (int i = 0; i < prefixes.size(); i++) {
      if (name.startsWith(prefixes.get(i))) {
        return true;
      }
    }
    return prefixes.isEmpty();
  }
}
