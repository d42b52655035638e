package io.katamonitor.sandbox;

import java.util.function.Consumer;

/**
 * Decides whether a shim may be asked for {@code /metrics} (SPEC 8.6): with some hypervisors a shim
 * of runtime-rs aborts on that request, and its pod with it.
 *
 * <p>Called on the event loop before each attempt to connect, retries included, so that a replaced
 * directory or state file has no window. The directory is looked at on another thread; the decision
 * arrives on the event loop, from within {@link #check} or later. It may be dropped where the
 * scrape ended meanwhile.
 */
@FunctionalInterface
public interface ScrapePolicy {
  /** What a sandbox's directory says now. */
  enum Decision {
    /** A Go shim: may be asked; its request is held open until its response ends. */
    ASK_GO,
    /** A runtime-rs shim whose hypervisor implements metrics. */
    ASK_RUNTIME_RS,
    /** Not asked yet: the sandbox is booting. */
    STARTING,
    /** Not asked: its shim might abort, or the operator excluded it. */
    NOT_SCRAPED
  }

  /**
   * Decides for one attempt.
   *
   * @param onLoop called once, on the event loop
   */
  void check(Sandbox sandbox, Consumer<Decision> onLoop);

  /**
   * Finds out whether a sandbox's directory is gone, after its shim has failed: a shim that went
   * with its directory did not fail.
   *
   * @param onLoop called once, on the event loop, from within this or later; with false where it
   *     cannot be told in time
   */
  default void checkGone(Sandbox sandbox, Consumer<Boolean> onLoop) {
    onLoop.accept(false);
  }

  /**
   * Why the last check of a sandbox was decided as {@code NOT_SCRAPED}, in one sentence. On the
   * event loop.
   */
  default String whyNotScraped(Sandbox sandbox) {
    return "its shim may not be asked for metrics";
  }
}
