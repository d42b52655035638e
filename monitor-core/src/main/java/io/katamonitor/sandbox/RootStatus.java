package io.katamonitor.sandbox;

import java.nio.file.Path;

/**
 * State of a storage root; for {@code /readyz} and {@code
 * kata_monitor_storage_root_readable{root}}. Immutable.
 *
 * @param reason readable description of why it is {@link State#UNREADABLE} or {@link
 *     State#DELETED}; else empty
 */
public record RootStatus(Path root, State state, String reason) {
  /** State of the root's path. */
  public enum State {
    /** Nothing exists there. Not an error: a node has the roots of the runtimes that it uses. */
    ABSENT,
    READABLE,
    /** It cannot be listed, hangs, or was not read yet. */
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
