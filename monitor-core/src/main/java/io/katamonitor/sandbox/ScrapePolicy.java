package io.katamonitor.sandbox;

import java.util.function.Consumer;

/**
 * Decides whether {@code /metrics} of a shim may be requested: with some hypervisors a shim of
 * runtime-rs aborts on that request, and its pod with it.
 *
 * <p>Called on the event loop before each attempt to connect, retries included, and again once
 * connected, so that a replaced directory or state file is never missed. The directory is checked
 * on another thread; the decision arrives on the event loop, from within {@link #check} or later.
 * The caller ignores it if the scrape has ended meanwhile.
 */
@FunctionalInterface
public interface ScrapePolicy {
  /** The decision for a sandbox, by what its directory contains now. */
  enum Decision {
    /** A Go shim: may be requested; its request is held open until its response ends. */
    SCRAPE_GO,
    /** A runtime-rs shim whose hypervisor implements metrics. */
    SCRAPE_RUNTIME_RS,
    /** Not requested yet: the sandbox is booting. */
    STARTING,
    /** Not requested: its shim might abort, or the operator excluded it. */
    NOT_SCRAPED
  }

  /**
   * Decides for one attempt.
   *
   * @param onLoop called once, on the event loop
   */
  void check(Sandbox sandbox, Consumer<Decision> onLoop);

  /**
   * Checks whether a sandbox's directory is gone, after its shim has failed: if it is, this is no
   * failure of the shim.
   *
   * @param onLoop called once, on the event loop, from within this or later; with false if the
   *     check takes too long
   */
  default void checkGone(Sandbox sandbox, Consumer<Boolean> onLoop) {
    onLoop.accept(false);
  }

  /**
   * Why the last check of a sandbox was decided as {@code NOT_SCRAPED}, in one sentence. On the
   * event loop.
   */
  default String whyNotScraped(Sandbox sandbox) {
    return "its shim may not be scraped";
  }
}
