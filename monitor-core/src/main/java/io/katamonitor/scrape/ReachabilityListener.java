package io.katamonitor.scrape;

import io.katamonitor.sandbox.Sandbox;

/** Called after each check whether a sandbox's shim accepts connections. On the event loop. */
public interface ReachabilityListener {
  void reached(Sandbox sandbox);

  /** No process listens on its socket, or there is no socket, and the sandbox is not starting. */
  void refused(Sandbox sandbox);
}
