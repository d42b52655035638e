package io.katamonitor.sandbox;

import java.util.List;
import java.util.Set;

/**
 * Requests the container runtime's current list of sandboxes. Called on the event loop, which also
 * gets the result.
 */
public interface RuntimeListing {
  /** Takes the result: one call of one of these. */
  interface Callback {
    /** The sandboxes of these pods, in any state. */
    void listed(List<ListedSandbox> sandboxes);

    /** The runtime is absent, hangs, or returns errors. */
    void failed();
  }

  /**
   * Requests the sandboxes of the pods with these uids. The result comes once, after this has
   * returned, and in bounded time.
   */
  void list(Set<String> podUids, Callback callback);
}
