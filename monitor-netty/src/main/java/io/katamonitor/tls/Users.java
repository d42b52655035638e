package io.katamonitor.tls;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The users who are served: bcrypt hashes by name. Without any, every client is served. */
final class Users {
  /** Where the cost stands in {@code $2y$10$...}. */
  private static final int COST = 4;

  private final Map<String, String> hashes;
  private final String costliest;

  Users(Map<String, String> hashes) {
    this.hashes = Map.copyOf(hashes);
    String found = "";
    for (var hash : hashes.values()) {
      if (found.isEmpty() || cost(hash).compareTo(cost(found)) > 0) {
        found = hash;
      }
    }
    costliest = found;
  }

  private static String cost(String hash) {
    return hash.substring(COST, COST + 2);
  }

  boolean isEmpty() {
    return hashes.isEmpty();
  }

  boolean has(String name) {
    return hashes.containsKey(name);
  }

  /**
   * The hash that a password is checked against; for an unknown user the costliest one, so that the
   * time of the check does not reveal which users exist.
   */
  String hashFor(String name) {
    @Nullable String own = hashes.get(name);
    return own == null ? costliest : own;
  }
}
