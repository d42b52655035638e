package io.katamonitor.scrape;

import io.katamonitor.sandbox.Sandbox;

/**
 * Connects to a shim without sending anything, to find out whether it accepts connections. Safe
 * with every runtime and hypervisor. On the event loop only.
 */
@FunctionalInterface
public interface ShimProbe {
  /** Takes the result: one call of one of these. */
  interface Callback {
    /** The shim accepted the connection, which is closed again. */
    void reached();

    /**
     * @param detail one sentence for the log
     */
    void failed(ShimClient.ConnectFailure failure, String detail);
  }

  /** Connects; the result comes once, never from within this call. */
  void probe(Sandbox sandbox, Callback callback);
}
