package io.katamonitor.endpoint;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The responses of /metrics that are being sent, in the order in which they began: when memory is
 * short, the one that has taken longest is cut. Confined to the event loop.
 */
final class OpenResponses {
  private final Set<Runnable> cuts = new LinkedHashSet<>();

  /**
   * A response begins.
   *
   * @param cut closes its connection and releases its memory
   */
  void add(Runnable cut) {
    cuts.add(cut);
  }

  void remove(Runnable cut) {
    cuts.remove(cut);
  }

  /** Cuts the response that began first; false when there is none. */
  boolean cutOldest() {
    var oldest = cuts.iterator();
    if (!oldest.hasNext()) {
      return false;
    }
    var cut = oldest.next();
    oldest.remove();
    cut.run();
    return true;
  }
}
