package io.katamonitor.sandbox;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The sandboxes known now. Thread-safe: readers take immutable snapshots without a lock, writers
 * exclude each other and tell the listeners while they do, so that every listener sees the changes
 * in one order.
 */
public final class SandboxRegistry {
  /** Is told of every change, on the writer's thread; must not block. */
  public interface Listener {
    void added(Sandbox sandbox);

    /** The same sandbox, with other metadata, hypervisor or folder. */
    void changed(Sandbox before, Sandbox after);

    void removed(Sandbox sandbox);
  }

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final NavigableMap<SandboxId, Sandbox> sandboxes = new TreeMap<>();
  private volatile List<Sandbox> snapshot = List.of();

  public void addListener(Listener listener) {
    listeners.add(listener);
  }

  /** All sandboxes, ordered by id; never changes. */
  public List<Sandbox> snapshot() {
    return snapshot;
  }

  public synchronized @Nullable Sandbox find(SandboxId id) {
    return sandboxes.get(id);
  }

  /**
   * Makes the known sandboxes those of {@code present}: what a full listing of the storage roots
   * found. What is known of the pods is kept.
   */
  public synchronized void replaceAll(Collection<Sandbox> present) {
    var found = new TreeMap<SandboxId, Sandbox>();
    for (var sandbox : present) {
      found.put(sandbox.id(), sandbox);
    }
    for (var known : List.copyOf(sandboxes.values())) {
      if (!found.containsKey(known.id())) {
        remove(known.id());
      }
    }
    found.values().forEach(this::put);
    publish();
  }

  /** Adds a sandbox, or takes note of what changed about it; what is known of its pod is kept. */
  public synchronized void add(Sandbox sandbox) {
    put(sandbox);
    publish();
  }

  public synchronized void removed(SandboxId id) {
    remove(id);
    publish();
  }

  /** Takes note of the pod of a sandbox; does nothing when the sandbox is gone. */
  public synchronized void describe(SandboxId id, Pod pod) {
    var before = sandboxes.get(id);
    if (before == null || before.pod().equals(pod)) {
      return;
    }
    var after = before.withPod(pod);
    sandboxes.put(id, after);
    publish();
    listeners.forEach(listener -> listener.changed(before, after));
  }

  private void put(Sandbox sandbox) {
    var before = sandboxes.get(sandbox.id());
    if (before == null) {
      sandboxes.put(sandbox.id(), sandbox);
      publish();
      listeners.forEach(listener -> listener.added(sandbox));
      return;
    }
    var after = sandbox.withPod(before.pod());
    if (!after.equals(before)) {
      sandboxes.put(after.id(), after);
      publish();
      listeners.forEach(listener -> listener.changed(before, after));
    }
  }

  private void remove(SandboxId id) {
    var gone = sandboxes.remove(id);
    if (gone != null) {
      publish();
      listeners.forEach(listener -> listener.removed(gone));
    }
  }

  private void publish() {
    snapshot = List.copyOf(new ArrayList<>(sandboxes.values()));
  }
}
