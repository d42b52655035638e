package io.katamonitor.sandbox;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The pod of a sandbox, as the container runtime describes it. Its texts are not trusted: they are
 * escaped and cut where they are written.
 *
 * @param attempt how many sandboxes the pod had before this one
 * @param handler the runtime's name for how it runs the pod; empty for its default one
 * @param created when the runtime created the sandbox; null where it does not report it
 */
public record Pod(
    String uid,
    String name,
    String namespace,
    int attempt,
    String handler,
    @Nullable Instant created) {
  /** A pod not known (yet): all three are empty, as its labels then are. */
  public static final Pod UNKNOWN = new Pod("", "", "");

  /** The first sandbox of a pod, of which no more is known. */
  public Pod(String uid, String name, String namespace) {
    this(uid, name, namespace, 0, "", null);
  }

  public boolean isKnown() {
    return !equals(UNKNOWN);
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
