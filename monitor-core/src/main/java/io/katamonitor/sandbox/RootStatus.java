package io.katamonitor.sandbox;

import java.nio.file.Path;

/**
 * State of a storage root; for {@code /readyz} and {@code
 * kata_monitor_storage_root_readable{root}}. Immutable.
 *
 * @param reason for people, why it is {@link State#UNREADABLE} or {@link State#DELETED}; else empty
 */
public record RootStatus(Path root, State state, String reason) {
  /** What was found at the root's path. */
  public enum State {
    /** Nothing. No fault: a node has the roots of the runtimes it uses. */
    ABSENT,
    READABLE,
    /** Something that cannot be listed, or hangs, or was not read yet. */
    UNREADABLE,
    /**
     * A directory that was deleted where it is mounted from: what the host creates at its path
     * later is not seen until this container is started again.
     */
    DELETED
  }

  /** Whether sandboxes may exist that the monitor does not see. */
  public boolean isFaulty() {
    return state == State.UNREADABLE || state == State.DELETED;
  }
}
