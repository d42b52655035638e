package io.katamonitor.endpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What has to hold before this node is worth scraping, by name. Filled before the server listens;
 * {@link #end} may come from any thread.
 */
public final class Readiness {
  private final Map<String, BooleanSupplier> checks = new LinkedHashMap<>();
  private volatile boolean ended;

  /**
   * Adds a condition.
   *
   * @param holds asked at each request, on the event loop
   */
  public Readiness add(String name, BooleanSupplier holds) {
    checks.put(name, holds);
    return this;
  }

  /** Not ready from now on: the daemon stops. */
  public void end() {
    ended = true;
  }

  boolean isReady() {
    if (ended) {
      return false;
    }
    for (var check : checks.values()) {
      if (!check.getAsBoolean()) {
        return false;
      }
    }
    return true;
  }

  /** A line for each condition and one for all, as the Kubernetes components write them. */
  String verbose() {
    var text = new StringBuilder();
    checks.forEach((name, holds) -> line(text, name, holds.getAsBoolean()));
    line(text, "running", !ended);
    return text.append(isReady() ? "readyz check passed\n" : "readyz check failed\n").toString();
  }

  private static void line(StringBuilder text, String name, boolean holds) {
    text.append(holds ? "[+]" : "[-]").append(name).append(holds ? " ok\n" : " not yet\n");
  }
}
