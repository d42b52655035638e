package io.katamonitor.sandbox;

import io.katamonitor.log.Log;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sandboxes of the node. Thread-safe: readers get immutable snapshots without a lock; writers
 * exclude each other and call the listeners while they do, so that all listeners see the changes in
 * the same order. A listener is called once the snapshot has the change; a batch of changes makes
 * one new snapshot.
 */
public final class SandboxRegistry {
  private static final Log LOG = Log.of(SandboxRegistry.class);

  /** Called for every change, on the writer's thread; must not block. */
  public interface Listener {
    void added(Sandbox sandbox);

    /** The same sandbox, with other metadata, hypervisor or directory. */
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

  public @Nullable Sandbox find(SandboxId id) {
    var all = snapshot;
    int low = 0;
    int high = all.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      var sandbox = all.get(middle);
      int order = sandbox.id().compareTo(id);
      if (order == 0) {
        return sandbox;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  /**
   * Replaces the sandboxes by {@code present}. A known pod is kept if {@code present} has none for
   * its sandbox.
   */
  public synchronized void replaceAll(Collection<Sandbox> present) {
    var gone = new HashSet<>(sandboxes.keySet());
    for (var sandbox : present) {
      gone.remove(sandbox.id());
    }
    update(gone, present);
  }

  /** Adds or updates a sandbox; its known pod is kept. */
  public void add(Sandbox sandbox) {
    update(List.of(), List.of(sandbox));
  }

  public void removed(SandboxId id) {
    update(List.of(id), List.of());
  }

  /**
   * First removes the sandboxes {@code gone}, then adds or updates those {@code present}. An id in
   * both is a new sandbox: the pod of the old one is not kept.
   */
  public synchronized void update(Collection<SandboxId> gone, Collection<Sandbox> present) {
    var news = new ArrayList<Consumer<Listener>>();
    for (var id : gone) {
      var sandbox = sandboxes.remove(id);
      if (sandbox != null) {
        LOG.info("sandbox removed", "sandbox", id, "pod", sandbox.pod().fullName());
        news.add(listener -> listener.removed(sandbox));
      }
    }
    for (var sandbox : present) {
      var before = sandboxes.get(sandbox.id());
      if (before == null) {
        sandboxes.put(sandbox.id(), sandbox);
        LOG.info("sandbox added", "sandbox", sandbox.id(), "runtime", sandbox.runtime().label());
        news.add(listener -> listener.added(sandbox));
      } else {
        change(before, sandbox.pod().isKnown() ? sandbox : sandbox.withPod(before.pod()), news);
      }
    }
    notifyListeners(news);
  }

  /** Records the pod of a sandbox; does nothing if the sandbox is gone. */
  public void describe(SandboxId id, Pod pod) {
    describe(Map.of(id, pod));
  }

  /** Records the pods of these sandboxes; skips those that are gone. */
  public synchronized void describe(Map<SandboxId, Pod> pods) {
    var news = new ArrayList<Consumer<Listener>>();
    pods.forEach((id, pod) -> {
      var before = sandboxes.get(id);
      if (before != null) {
        change(before, before.withPod(pod), news);
      }
    });
    notifyListeners(news);
  }

  private void change(Sandbox before, Sandbox after, List<Consumer<Listener>> news) {
    if (!after.equals(before)) {
      sandboxes.put(after.id(), after);
      news.add(listener -> listener.changed(before, after));
    }
  }

  private void notifyListeners(List<Consumer<Listener>> news) {
    if (!news.isEmpty()) {
      snapshot = List.copyOf(sandboxes.values());
      for (var one : news) {
        listeners.forEach(one);
      }
    }
  }
}
