package io.katamonitor.sandbox;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Which pods run in these sandboxes? Asked of the node's container runtime, on the event loop only,
 * where the answers come too.
 */
public interface PodMetadataSource {
  /** What came of asking. */
  sealed interface Answer {
    /** The runtime answered. It may know none, some or all of the sandboxes asked for. */
    record Pods(Map<SandboxId, Pod> known) implements Answer {}

    /** The runtime has more pods than one answer may hold: ask for one sandbox at a time. */
    record TooMany() implements Answer {}

    /**
     * The runtime is not there, hangs, or answers errors.
     *
     * @param reason for the log
     */
    record Failed(String reason) implements Answer {}
  }

  /**
   * Asks for the pods of some sandboxes, or with none of them whether the runtime answers at all.
   * The answer comes once, after this has returned, and in bounded time.
   */
  void ask(Set<SandboxId> sandboxes, Consumer<Answer> answer);

  /** Sets what is called when a connection that has served breaks. */
  void onLost(Runnable lost);

  /** Where the runtime is asked, for the log. */
  String endpoint();
}
