package io.katamonitor.sandbox;

import java.util.List;
import java.util.Set;

/**
 * Which sandboxes does the node's container runtime list now? Asked on the event loop only, where
 * the answers come too.
 */
public interface RuntimeListing {
  /** Takes what came of asking: one call of one of these. */
  interface Answer {
    /** The sandboxes of the pods asked for, in whatever state. */
    void listed(List<ListedSandbox> sandboxes);

    /** The runtime is not there, hangs, or answers errors. */
    void failed();
  }

  /**
   * Asks for the sandboxes of the pods with these uids. The answer comes once, after this has
   * returned, and in bounded time.
   */
  void list(Set<String> podUids, Answer answer);
}
