package io.katamonitor.usage;

import io.katamonitor.log.Log;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the cgroups of all sandboxes below {@code cgroup-root}. Confined to the reading thread,
 * which it may block as long as the file system blocks. If that happens in the files of one
 * sandbox, another thread may continue without that one, see {@link Sink#begin}. Keeps the last
 * good state file of each sandbox; memory is bounded by the number of sandboxes it is given and
 * {@link RecordedPath#MAX_LENGTH}.
 */
public final class HostUsageReader {
  private static final Log LOG = Log.of(HostUsageReader.class);

  /** Receives the usages, in the order in which the sandboxes were given. */
  interface Sink {
    /**
     * The files of the next sandbox are about to be opened. Each reading goes through all sandboxes
     * twice: their state files, then their cgroups.
     *
     * @return false if the reading was abandoned: another thread owns the reader now, so it must
     *     not be used any more
     */
    boolean begin();

    /**
     * The following work is not for a single sandbox.
     *
     * @return as for {@link #begin}
     */
    boolean beginShared();

    void add(HostUsage usage);
  }

  private final Path root;
  private CgroupFileReader files = new CgroupFileReader();
  private final Map<SandboxId, SandboxCgroups> known = new HashMap<>();
  private @Nullable CgroupMount mount;
  private boolean rootMissing;

  /**
   * @param root the host's cgroup file system, or a bind mount of it
   */
  public HostUsageReader(Path root) {
    this.root = root;
  }

  /**
   * Abandons the objects that a hung thread may still write to. The next reading must not include
   * the sandbox in whose files it hangs.
   */
  void abandonHungThread() {
    files = new CgroupFileReader();
  }

  void read(List<Sandbox> sandboxes, long nowNanos, Sink sink) {
    boolean changed = forgetOthers(sandboxes);
    var current = detectMount();
    var cgroups = new ArrayList<SandboxCgroups>(sandboxes.size());
    for (var sandbox : sandboxes) {
      if (!sink.begin()) {
        return;
      }
      var one = known.get(sandbox.id());
      if (one == null) {
        one = new SandboxCgroups(sandbox);
        known.put(sandbox.id(), one);
        changed = true;
      }
      one.update(sandbox);
      if (current != null && one.needsResolving(nowNanos)) {
        changed |= one.resolve(current, nowNanos);
      }
      changed |= one.needsArranging();
      cgroups.add(one);
    }
    if (!sink.beginShared()) {
      return;
    }
    if (changed && current != null) {
      arrange(cgroups, current);
    }
    var podsOfSeveral = podsOfSeveral(cgroups);
    for (var one : cgroups) {
      if (!sink.begin()) {
        return;
      }
      var pod = one.podPath();
      sink.add(one.read(files, current != null, pod != null && podsOfSeveral.contains(pod)));
    }
  }

  /** Drops sandboxes that are no longer given; returns whether there were any. */
  private boolean forgetOthers(List<Sandbox> sandboxes) {
    if (known.isEmpty()) {
      return false;
    }
    var ids = new HashSet<SandboxId>(sandboxes.size() * 2);
    for (var sandbox : sandboxes) {
      ids.add(sandbox.id());
    }
    return known.keySet().retainAll(ids);
  }

  private @Nullable CgroupMount detectMount() {
    var now = CgroupMount.detect(root);
    if (now == null) {
      if (!rootMissing) {
        LOG.warn("host usage cannot be read", "cgroup-root", root, "reason", trouble());
      }
    } else if (!now.equals(mount)) {
      LOG.info(
          "host usage is read", "cgroup-root", root, "cgroup", now.unified() == null ? "v1" : "v2");
      mount = now;
      for (var one : known.values()) {
        one.forget();
      }
    }
    rootMissing = now == null;
    return now == null ? null : mount;
  }

  private String trouble() {
    if (!Files.exists(root)) {
      return "it does not exist or may not be searched";
    }
    return Files.isReadable(root)
        ? "neither cgroup.controllers nor a controller's directory is in it: expected a cgroup"
            + " file system"
        : "Permission denied";
  }

  private static void arrange(List<SandboxCgroups> cgroups, CgroupMount mount) {
    var claims = new ClaimedPaths();
    for (var one : cgroups) {
      one.claim(claims);
    }
    for (var one : cgroups) {
      one.arrange(claims, mount);
    }
  }

  /** Pods' own cgroups that contain two sandboxes, for example while one is being replaced. */
  private static Set<String> podsOfSeveral(List<SandboxCgroups> cgroups) {
    var once = new HashSet<String>(cgroups.size() * 2);
    var several = new HashSet<String>();
    for (var one : cgroups) {
      var pod = one.podPath();
      if (pod != null && !once.add(pod)) {
        several.add(pod);
      }
    }
    return several;
  }
}
