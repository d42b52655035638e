package io.katamonitor.lifecycle;

import io.katamonitor.sandbox.ListedSandbox;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A sandbox that may be lost, is counted as lost, or is gone and may turn out to be replaced.
 *
 * <pre>{@code
 * state       event                                   next
 * CLEAR       something is noticed                    NOTICED, to be verified 10 s later
 * NOTICED     a listing that confirms it              COUNTED
 *             a listing that does not                 CLEAR
 *             the runtime does not respond            NOTICED, again after 10 s; CLEAR after 5 min
 *             a newer sandbox of its pod is noticed   NOTICED as replaced, from then on
 * COUNTED     anything                                COUNTED: once per sandbox
 * }</pre>
 *
 * <p>Confined to the event loop.
 */
final class Suspect {
  /** A normal deletion takes less: the directory is removed first, then the pod from the list. */
  static final long VERIFY_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How long calls to an unreachable runtime are repeated. */
  static final long MAX_NANOS = TimeUnit.MINUTES.toNanos(5);

  private Sandbox sandbox;
  private @Nullable LossReason noticed;
  private boolean wasReached;
  private boolean isCounted;
  private boolean isGone;
  private long since;
  private long due;
  private long goneAt;

  Suspect(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  Sandbox sandbox() {
    return sandbox;
  }

  /** Sets its pod. */
  void describe(Sandbox described) {
    sandbox = described;
  }

  Pod pod() {
    return sandbox.pod();
  }

  /** Records that its directory is gone. */
  void gone(long now) {
    isGone = true;
    goneAt = now;
  }

  /** Whether it has been gone for so long that it is no longer watched. */
  boolean isForgettable(long now) {
    return isGone && noticed == null && now - goneAt >= MAX_NANOS;
  }

  /** Records a possible loss; a replacement supersedes an earlier reason. */
  void notice(LossReason reason, long now) {
    boolean outweighs =
        noticed != reason && noticed != LossReason.REPLACED && reason != LossReason.SHIM_GONE;
    boolean isNews = noticed == null || outweighs;
    if (!isCounted && isNews) {
      noticed = reason;
      since = now;
      due = now + VERIFY_NANOS;
    }
  }

  /** Its shim accepts connections. */
  void reached() {
    wasReached = true;
    if (noticed == LossReason.SHIM_GONE) {
      noticed = null;
    }
  }

  boolean wasReached() {
    return wasReached;
  }

  /** The loss that is to be verified; null if there is none. */
  @Nullable LossReason noticed() {
    return noticed;
  }

  /** When it is to be verified, as of the clock. */
  long due() {
    return due;
  }

  /** Whether it is to be verified now. */
  boolean isDue(long now) {
    return noticed != null && now - due >= 0;
  }

  /** The runtime did not respond. */
  void notVerified(long now) {
    due = now + VERIFY_NANOS;
    if (now - since >= MAX_NANOS) {
      noticed = null;
    }
  }

  /**
   * A fresh listing of the sandboxes of its pod.
   *
   * @return why it is lost, once; null if it is not, or is counted already
   */
  @Nullable LossReason verify(List<ListedSandbox> listed, long now) {
    var reason = noticed;
    noticed = null;
    if (reason == null || isCounted) {
      return null;
    }
    boolean isReplaced = isReplaced(listed);
    if (isReplaced && reason != LossReason.REPLACED) {
      notice(LossReason.REPLACED, now);
      return null;
    }
    isCounted = reason == LossReason.REPLACED ? isReplaced : isReady(listed);
    return isCounted ? reason : null;
  }

  private boolean isReplaced(List<ListedSandbox> listed) {
    for (var other : listed) {
      if (other.uid().equals(pod().uid()) && other.attempt() > pod().attempt()) {
        return true;
      }
    }
    return false;
  }

  private boolean isReady(List<ListedSandbox> listed) {
    for (var other : listed) {
      if (other.id().equals(sandbox.id()) && other.isReady()) {
        return true;
      }
    }
    return false;
  }
}
