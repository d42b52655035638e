package io.katamonitor.sandbox;

import java.util.Map;
import java.util.Set;

/**
 * Which pods run in these sandboxes? Asked of the node's container runtime, on the event loop only,
 * where the answers come too.
 */
public interface PodMetadataSource {
  /** Takes what came of asking: one call of one of these. */
  interface Answer {
    /** The runtime answered. It may know none, some or all of the sandboxes asked for. */
    void pods(Map<SandboxId, Pod> known);

    /** The runtime has more pods than one answer may hold: ask for one sandbox at a time. */
    void tooMany();

    /**
     * The runtime is not there, hangs, or answers errors.
     *
     * @param reason for the log
     */
    void failed(String reason);
  }

  /**
   * Asks for the pods of some sandboxes, or with none of them whether the runtime answers at all.
   * The answer comes once, after this has returned, and in bounded time.
   */
  void ask(Set<SandboxId> sandboxes, Answer answer);

  /** Sets what is called when a connection that has served breaks. */
  void onLost(Runnable lost);

  /** Where the runtime is asked, for the log. */
  String endpoint();
}
