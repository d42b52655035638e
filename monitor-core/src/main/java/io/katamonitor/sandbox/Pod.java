package io.katamonitor.sandbox;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The pod of a sandbox, as the container runtime describes it. Its strings are not trusted: they
 * are escaped and truncated where they are written.
 *
 * @param attempt how many sandboxes the pod had before this one
 * @param handler the runtime handler of the pod; empty for the default one
 * @param created when the runtime created the sandbox; null where it does not report it
 */
public record Pod(
    String uid,
    String name,
    String namespace,
    int attempt,
    String handler,
    @Nullable Instant created) {
  /**
   * Stands for a pod that is not known, or not yet: uid, name and namespace are empty, as are its
   * labels.
   */
  public static final Pod UNKNOWN = new Pod("", "", "");

  /** A first sandbox of a pod, without handler and creation time. */
  public Pod(String uid, String name, String namespace) {
    this(uid, name, namespace, 0, "", null);
  }

  public boolean isKnown() {
    return !equals(UNKNOWN);
  }

  /** {@code namespace/name}, for the log; empty while the pod is unknown. */
  public String fullName() {
    return isKnown() ? namespace + "/" + name : "";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Pod pod
        && uid.equals(pod.uid)
        && name.equals(pod.name)
        && namespace.equals(pod.namespace)
        && attempt == pod.attempt
        && handler.equals(pod.handler)
        && Objects.equals(created, pod.created);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * uid.hashCode() + name.hashCode()) + namespace.hashCode();
  }
}
