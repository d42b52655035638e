package io.katamonitor.scrape;

import io.katamonitor.sandbox.Sandbox;

/** Is called after each check whether a sandbox's shim accepts connections. On the event loop. */
public interface ReachabilityListener {
  void reached(Sandbox sandbox);

  /** Nobody listens on its socket, or there is none, though it is not starting. */
  void refused(Sandbox sandbox);
}
