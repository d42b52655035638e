package io.katamonitor.endpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The named conditions of {@code /readyz}. Filled before the server listens; {@link #end} may be
 * called on any thread.
 */
public final class Readiness {
  /** A condition: returns the problem, or null while it holds. */
  @FunctionalInterface
  public interface Check {
    @Nullable String problem();
  }

  private final Map<String, Check> checks = new LinkedHashMap<>();
  private volatile boolean ended;

  /**
   * Adds a condition.
   *
   * @param holds called for each request, on the event loop
   */
  public Readiness add(String name, BooleanSupplier holds) {
    return addCheck(name, () -> holds.getAsBoolean() ? null : "not yet");
  }

  /**
   * Adds a condition that returns the problem.
   *
   * @param check called for each request, on the event loop
   */
  public Readiness addCheck(String name, Check check) {
    checks.put(name, check);
    return this;
  }

  /** Not ready from now on, because the daemon stops. */
  public void end() {
    ended = true;
  }

  boolean isReady() {
    if (ended) {
      return false;
    }
    for (var check : checks.values()) {
      if (check.problem() != null) {
        return false;
      }
    }
    return true;
  }

  /** One line per condition and one for all, in the format of the Kubernetes components. */
  String verbose() {
    var text = new StringBuilder();
    checks.forEach((name, check) -> line(text, name, check.problem()));
    line(text, "running", ended ? "stopping" : null);
    return text.append(isReady() ? "readyz check passed\n" : "readyz check failed\n").toString();
  }

  private static void line(StringBuilder text, String name, @Nullable String problem) {
    if (problem == null) {
      text.append("[+]").append(name).append(" ok\n");
    } else {
      text.append("[-]").append(name).append(": ").append(problem).append('\n');
    }
  }
}
