package io.katamonitor.sandbox;

import java.util.Map;
import java.util.Set;

/**
 * The container runtime as the source of the pods of sandboxes. Called on the event loop, and calls
 * back there.
 */
public interface PodMetadataSource {
  /** Takes the result: one call of one of these. */
  interface Callback {
    /** The runtime responded, with the pods of none, some or all of the sandboxes. */
    void pods(Map<SandboxId, Pod> known);

    /** The runtime has more pods than a response may hold: request one sandbox at a time. */
    void tooMany();

    /**
     * The runtime is absent, hangs, or returns errors.
     *
     * @param reason for the log
     */
    void failed(String reason);
  }

  /**
   * Requests the pods of some sandboxes; with none of them, only checks whether the runtime
   * responds. The result comes once, after this has returned, and in bounded time.
   */
  void request(Set<SandboxId> sandboxes, Callback callback);

  /** Sets the action that runs when an established connection breaks. */
  void onLost(Runnable lost);

  /** Address of the runtime, for the log. */
  String endpoint();
}
