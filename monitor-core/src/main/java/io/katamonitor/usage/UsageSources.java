package io.katamonitor.usage;

import static io.katamonitor.usage.CgroupFileReader.ABSENT;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The cgroups from which the values of one sandbox are computed, and the resulting layout.
 * Immutable; read on the file thread.
 *
 * <ul>
 *   <li>Usage: the sandbox's cgroup and the overhead cgroup; one below the other counts once.
 *   <li>Memory and OOM kills that are missing in the sandbox's cgroup: the pod's own cgroup.
 *       Missing in the overhead cgroup alone: the sum is without it.
 *   <li>Limit and quota, independently: the nearest cgroup from the sandbox's up to the pod's own
 *       that has one.
 *   <li>A counter is absent while a part of its sum cannot be read: a smaller sum would look like a
 *       counter reset.
 * </ul>
 */
final class UsageSources {
  private static final double NANOS_PER_SECOND = 1e9;

  private final HostLayout layout;
  private final Cgroup main;
  private final @Nullable Cgroup overhead;
  private final @Nullable String podPath;

  /** The pod's own cgroup, if that is not {@link #main}. */
  private final @Nullable Cgroup pod;

  private final boolean overheadInPod;

  /** From the sandbox's own up to the pod's own; empty outside of one. */
  private final List<Cgroup> limiting;

  private UsageSources(
      HostLayout layout,
      Cgroup main,
      @Nullable Cgroup overhead,
      @Nullable String podPath,
      @Nullable Cgroup pod,
      boolean overheadInPod,
      List<Cgroup> limiting) {
    this.layout = layout;
    this.main = main;
    this.overhead = overhead;
    this.podPath = podPath;
    this.pod = pod;
    this.overheadInPod = overheadInPod;
    this.limiting = limiting;
  }

  /**
   * The sources of a sandbox.
   *
   * @param sandbox null if its path is rejected or does not exist; then only the overhead cgroup is
   *     known (the Go runtime with clh in Kata 2.5 has the whole VM there)
   * @return null if there is nothing to read
   */
  static @Nullable UsageSources of(
      @Nullable FoundCgroup sandbox,
      @Nullable FoundCgroup overhead,
      String podUid,
      CgroupMount mount) {
    var main = sandbox != null ? sandbox : overhead;
    if (main == null) {
      return null;
    }
    var second =
        sandbox == null || overhead == null || overhead.isInside(main.path()) ? null : overhead;
    boolean mainIsNested = second != null && main.isInside(second.path());
    var podPath = PodCgroup.find(main.path(), podUid);
    boolean overheadInPod = podPath != null && second != null && second.isInside(podPath);
    var layout =
        podPath == null
            ? HostLayout.OUTSIDE
            : second == null || overheadInPod ? HostLayout.POD : HostLayout.SPLIT;
    var limiting = new ArrayList<Cgroup>(2);
    Cgroup pod = null;
    if (podPath != null) {
      limiting.add(main.cgroup());
      for (var path = main.path(); path.length() > podPath.length(); ) {
        path = path.substring(0, path.lastIndexOf('/'));
        var above = mount.find(path);
        if (above != null) {
          limiting.add(above);
          pod = path.length() == podPath.length() ? above : null;
        }
      }
    }
    return new UsageSources(
        layout,
        mainIsNested && second != null ? second.cgroup() : main.cgroup(),
        mainIsNested || second == null ? null : second.cgroup(),
        podPath,
        pod,
        overheadInPod,
        List.copyOf(limiting));
  }

  /** Path of the pod's own cgroup; null if none is recognized. */
  @Nullable String podPath() {
    return podPath;
  }

  /**
   * Reads the files.
   *
   * @param podIsShared whether the pod's own cgroup contains another sandbox too: then it is not
   *     used in place of either's missing values
   * @return layout {@code unknown} if the cgroup is gone
   */
  HostUsage read(CgroupFileReader reader, boolean podIsShared) {
    long cpu = main.cpuUsageNanos(reader);
    long memory = main.memoryUsageBytes(reader);
    if ((cpu == ABSENT || memory == ABSENT) && !main.exists()) {
      return HostUsage.UNKNOWN;
    }
    boolean overheadIsGone = false;
    if (overhead != null) {
      long overheadCpu = overhead.cpuUsageNanos(reader);
      cpu = sum(cpu, overheadCpu);
      overheadIsGone = overheadCpu == ABSENT && !overhead.exists();
    }
    var ownPod = podIsShared ? null : pod;
    var memorySource = main;
    boolean isFromPod = false;
    if (memory == ABSENT && ownPod != null) {
      memorySource = ownPod;
      isFromPod = true;
      memory = ownPod.memoryUsageBytes(reader);
    }
    long workingSet = workingSet(reader, memorySource, memory);
    var extra = isFromPod && overheadInPod ? null : overhead;
    long extraMemory = extra == null ? ABSENT : extra.memoryUsageBytes(reader);
    if (extra != null && extraMemory != ABSENT) {
      memory = sum(memory, extraMemory);
      workingSet = sum(workingSet, workingSet(reader, extra, extraMemory));
    }
    return withLimits(
        reader, cpu, memory, workingSet, overheadIsGone ? ABSENT : oomKills(reader, ownPod));
  }

  private long oomKills(CgroupFileReader reader, @Nullable Cgroup ownPod) {
    long kills = main.oomKills(reader);
    boolean isFromPod = false;
    if (kills == ABSENT && ownPod != null) {
      isFromPod = true;
      kills = ownPod.oomKills(reader);
    }
    long extra =
        overhead == null || (isFromPod && overheadInPod) ? ABSENT : overhead.oomKills(reader);
    return extra == ABSENT ? kills : sum(kills, extra);
  }

  private HostUsage withLimits(
      CgroupFileReader reader, long cpu, long memory, long workingSet, long kills) {
    long limit = ABSENT;
    double quota = Double.NaN;
    long throttled = ABSENT;
    for (int i = 0; i < limiting.size(); i++) {
      var cgroup = limiting.get(i);
      if (limit < 0) {
        limit = cgroup.memoryLimitBytes(reader);
      }
      if (Double.isNaN(quota)) {
        quota = cgroup.cpuQuotaCores(reader);
        throttled = Double.isNaN(quota) ? ABSENT : cgroup.throttledNanos(reader);
      }
    }
    return new HostUsage(
        layout,
        seconds(cpu),
        optional(memory),
        optional(workingSet),
        optional(kills),
        optional(limit),
        Double.isNaN(quota) ? OptionalDouble.empty() : OptionalDouble.of(quota),
        seconds(throttled));
  }

  /**
   * Usage less inactive file pages, as the kubelet has it; the two are read one after the other.
   */
  private static long workingSet(CgroupFileReader reader, Cgroup cgroup, long usage) {
    if (usage < 0) {
      return ABSENT;
    }
    long inactive = cgroup.inactiveFileBytes(reader);
    return inactive < 0 ? ABSENT : Math.max(0, usage - inactive);
  }

  private static long sum(long one, long other) {
    return one < 0 || other < 0 || one > Long.MAX_VALUE - other ? ABSENT : one + other;
  }

  private static OptionalLong optional(long value) {
    return value < 0 ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static OptionalDouble seconds(long nanos) {
    return nanos < 0 ? OptionalDouble.empty() : OptionalDouble.of(nanos / NANOS_PER_SECOND);
  }
}
