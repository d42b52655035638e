package io.katamonitor.usage;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.StateFile;
import io.katamonitor.sandbox.StateFileReader;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The cgroups of one sandbox: the paths that its state file recorded last, the cgroups that exist
 * there, and, once {@link ClaimedPaths} has decided, those that are read. Confined to the file
 * thread.
 *
 * <p>Order of calls in a reading: {@link #update}, {@link #resolve} if {@link #needsResolving},
 * {@link #claim} and {@link #arrange} for all sandboxes if one was resolved or removed, {@link
 * #read}.
 */
final class SandboxCgroups {
  /**
   * Pause before a missing overhead cgroup is looked up again: runtime-rs records some that it
   * never creates.
   */
  private static final long OVERHEAD_RETRY_NANOS = 5_000_000_000L;

  /** The hypervisor of peer pods, in both runtimes: the VM is on another machine. */
  private static final String REMOTE = "remote";

  private final String id;
  private Path directory;
  private StateFileReader stateFile;
  private @Nullable StateFile recorded;
  private String podUid = "";
  private boolean resolved;
  private long resolvedNanos;
  private @Nullable FoundCgroup sandbox;
  private @Nullable FoundCgroup overhead;

  /** Whether the recorded sandbox cgroup was ever found; if it is missing later, it is gone. */
  private boolean sandboxSeen;

  private boolean arranged;
  private boolean sandboxGranted;
  private boolean overheadGranted;
  private @Nullable UsageSources sources;

  SandboxCgroups(Sandbox sandbox) {
    this.id = sandbox.id().value();
    this.directory = sandbox.directory();
    this.stateFile = new StateFileReader(directory);
  }

  /**
   * Reads the state file again if it changed. While it cannot be read, the last good values are
   * kept.
   *
   * @param sandbox the current state of this sandbox; the pod's uid is empty until the container
   *     runtime has reported it
   */
  void update(Sandbox sandbox) {
    if (!sandbox.directory().equals(directory)) {
      directory = sandbox.directory();
      stateFile = new StateFileReader(directory);
    }
    stateFile.refresh();
    var now = stateFile.lastGood();
    if (now != null && !recordsSame(now, recorded)) {
      recorded = now;
      resolved = false;
      sandboxSeen = false;
    }
    var uid = sandbox.pod().uid();
    if (!uid.equals(podUid)) {
      podUid = uid;
      arranged = false;
    }
  }

  private static boolean recordsSame(StateFile now, @Nullable StateFile before) {
    return before != null
        && before.runtime() == now.runtime()
        && before.sandboxCgroupOnly() == now.sandboxCgroupOnly()
        && Objects.equals(before.sandboxCgroupPath(), now.sandboxCgroupPath())
        && Objects.equals(before.overheadCgroupPath(), now.overheadCgroupPath())
        && Objects.equals(before.hypervisor(), now.hypervisor());
  }

  private static boolean isRemote(StateFile recorded) {
    return REMOTE.equals(recorded.hypervisor());
  }

  /** Makes the next reading look for the cgroups again. */
  void forget() {
    resolved = false;
  }

  boolean needsResolving(long nowNanos) {
    if (recorded == null || isRemote(recorded)) {
      return false;
    }
    return !resolved
        || sandbox == null
        || (overhead == null
            && hasOverhead(recorded)
            && nowNanos - resolvedNanos >= OVERHEAD_RETRY_NANOS);
  }

  boolean needsArranging() {
    return !arranged;
  }

  private static boolean hasOverhead(StateFile recorded) {
    return !recorded.sandboxCgroupOnly() && recorded.overheadCgroupPath() != null;
  }

  /** Looks up the recorded cgroups. Returns whether other ones were found than before. */
  boolean resolve(CgroupMount mount, long nowNanos) {
    if (recorded == null) {
      return false;
    }
    var sandboxBefore = sandbox;
    var overheadBefore = overhead;
    boolean first = !resolved;
    sandbox = find(mount, recorded, recorded.sandboxCgroupPath());
    overhead = hasOverhead(recorded) ? find(mount, recorded, recorded.overheadCgroupPath()) : null;
    sandboxSeen |= sandbox != null;
    resolved = true;
    resolvedNanos = nowNanos;
    boolean changed =
        first || !samePath(sandboxBefore, sandbox) || !samePath(overheadBefore, overhead);
    if (changed) {
      arranged = false;
    }
    return changed;
  }

  private static @Nullable FoundCgroup find(
      CgroupMount mount, StateFile recorded, @Nullable String path) {
    if (path == null) {
      return null;
    }
    for (var candidate :
        RecordedPath.candidates(path, recorded.runtime(), recorded.sandboxCgroupOnly())) {
      var cgroup = mount.find(candidate);
      if (cgroup != null) {
        return new FoundCgroup(candidate, cgroup);
      }
    }
    return null;
  }

  private static boolean samePath(@Nullable FoundCgroup before, @Nullable FoundCgroup after) {
    return Objects.equals(
        before == null ? null : before.path(), after == null ? null : after.path());
  }

  void claim(ClaimedPaths claims) {
    claims.addSandbox(id);
    if (sandbox != null) {
      claims.claim(id, sandbox.path());
    }
    if (overhead != null) {
      claims.claim(id, overhead.path());
    }
  }

  /** Decides which cgroups are read, among those that belong to this sandbox. */
  void arrange(ClaimedPaths claims, CgroupMount mount) {
    boolean sandboxGrantedNow = sandbox != null && claims.isGranted(id, sandbox.path());
    boolean overheadGrantedNow = overhead != null && claims.isGranted(id, overhead.path());
    if (arranged && sandboxGranted == sandboxGrantedNow && overheadGranted == overheadGrantedNow) {
      return;
    }
    arranged = true;
    sandboxGranted = sandboxGrantedNow;
    overheadGranted = overheadGrantedNow;
    boolean gone = sandbox == null && sandboxSeen;
    sources =
        gone
            ? null
            : UsageSources.of(
                sandboxGranted ? sandbox : null, overheadGranted ? overhead : null, podUid, mount);
  }

  /** Path of the pod's own cgroup; null if none is recognized. */
  @Nullable String podPath() {
    return sources == null ? null : sources.podPath();
  }

  /**
   * Reads the files.
   *
   * @param mounted whether the cgroup file system is mounted
   * @param podIsShared whether another sandbox is in the same pod's own cgroup
   */
  HostUsage read(CgroupFileReader reader, boolean mounted, boolean podIsShared) {
    if (recorded != null && isRemote(recorded)) {
      return HostUsage.REMOTE;
    }
    if (sources == null || !mounted) {
      return HostUsage.UNKNOWN;
    }
    var usage = sources.read(reader, podIsShared);
    if (usage.layout() == HostLayout.UNKNOWN) {
      resolved = false; // gone: the next reading looks it up again
    }
    return usage;
  }
}
