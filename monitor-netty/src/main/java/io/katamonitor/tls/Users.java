package io.katamonitor.tls;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The users with access: bcrypt hashes by name. Without any, every client has access. */
final class Users {
  /** Offset of the cost in {@code $2y$10$...}. */
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
   * The hash against which a password is checked; for an unknown user the one with the highest
   * cost, so that the time of the check does not reveal which users exist.
   */
  String hashFor(String name) {
    @Nullable String own = hashes.get(name);
    return own == null ? costliest : own;
  }
}
