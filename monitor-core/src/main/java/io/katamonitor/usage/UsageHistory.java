package io.katamonitor.usage;

import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sandboxes' usage on the host in the last 15 minutes, in intervals (slots) of 10 s. Records
 * the readings that scrapes and page requests cause, and causes none itself: a slot without a
 * reading stays empty. Confined to the event loop.
 *
 * <p>A CPU rate is computed between two successive readings at most {@link #MAX_GAP} apart; across
 * a longer gap there is none. A slot with several readings holds the rate over all of them and the
 * last memory. Values are rounded to 24 bits.
 *
 * <p>A sandbox takes {@link #SANDBOX_BYTES} of the account, 500 of them less than 0.5 MiB. If the
 * account is full, a further sandbox has no history and no rate.
 */
public final class UsageHistory implements HostUsageSource {
  /** 15 minutes. */
  public static final int SLOTS = 90;

  static final long SLOT_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Twice the longest usual scrape interval. */
  static final long MAX_GAP = TimeUnit.MINUTES.toNanos(2);

  /** Two arrays with their headers, a track and its entry in the map. */
  static final int SANDBOX_BYTES = 2 * (16 + SLOTS * Float.BYTES) + 56 + 48;

  /** Takes the values of one sandbox, from old to new; absent ones are left out. */
  @FunctionalInterface
  public interface Sink {
    /**
     * A value.
     *
     * @param time index into {@link Timeline#nanos}
     */
    void accept(int time, double value);
  }

  /** One sandbox. */
  private static final class Track {
    final float[] cpuCores = new float[SLOTS];
    final float[] workingSetBytes = new float[SLOTS];

    /** Of the newest reading: CPU seconds, NaN where absent, and its time. */
    double cpuSeconds = Double.NaN;

    long nanos;

    /** The same of the newest reading before the current slot. */
    double baseSeconds = Double.NaN;

    long baseNanos;

    /** Rate between the two newest readings; NaN where there is none. */
    double currentCores = Double.NaN;

    Track() {
      Arrays.fill(cpuCores, Float.NaN);
      Arrays.fill(workingSetBytes, Float.NaN);
    }

    void clear(int position) {
      cpuCores[position] = Float.NaN;
      workingSetBytes[position] = Float.NaN;
      baseSeconds = cpuSeconds;
      baseNanos = nanos;
    }

    void record(HostUsage usage, long now, int position) {
      double seconds = usage.cpuUsageSeconds().orElse(Double.NaN);
      currentCores = rate(seconds, now, cpuSeconds, nanos);
      cpuCores[position] = (float) rate(seconds, now, baseSeconds, baseNanos);
      workingSetBytes[position] =
          usage.memoryWorkingSetBytes().isPresent()
              ? usage.memoryWorkingSetBytes().getAsLong()
              : Float.NaN;
      cpuSeconds = seconds;
      nanos = now;
      if (Double.isNaN(baseSeconds)) {
        baseSeconds = seconds;
        baseNanos = now;
      }
    }

    /** NaN where a value is absent, the gap is too long or the counter fell. */
    private static double rate(double seconds, long now, double before, long then) {
      double used = seconds - before;
      return used >= 0 && now - then <= MAX_GAP ? used * 1e9 / (now - then) : Double.NaN;
    }
  }

  private final HostUsageSource source;
  private final Supplier<List<Sandbox>> sandboxes;
  private final MemoryAccount account;
  private final Map<SandboxId, Track> tracks = new HashMap<>();

  /** Number of the slot at each position; position = number modulo {@link #SLOTS}. */
  private final long[] slots = new long[SLOTS];

  /** When the last reading of the slot started. */
  private final long[] slotNanos = new long[SLOTS];

  private boolean hasOrigin;
  private long origin;
  private @Nullable HostUsageReading newest;

  /**
   * @param source of the readings
   * @param sandboxes an immutable snapshot, as {@code SandboxRegistry} has it
   * @param account to which each sandbox is charged
   */
  public UsageHistory(
      HostUsageSource source, Supplier<List<Sandbox>> sandboxes, MemoryAccount account) {
    this.source = source;
    this.sandboxes = sandboxes;
    this.account = account;
    Arrays.fill(slots, Long.MIN_VALUE);
  }

  @Override
  public void read(Consumer<HostUsageReading> onLoop) {
    source.read(reading -> {
      record(reading);
      onLoop.accept(reading);
    });
  }

  private void record(HostUsageReading reading) {
    if (reading == newest || reading.size() == 0) {
      return; // Shared by another request, or nothing was read.
    }
    newest = reading;
    var present = sandboxes.get();
    forgetAllBut(present);
    if (!hasOrigin) {
      hasOrigin = true;
      origin = reading.startNanos();
    }
    long slot = slot(reading.startNanos());
    int position = position(slot);
    if (slots[position] != slot) {
      slots[position] = slot;
      tracks.values().forEach(track -> track.clear(position));
    }
    slotNanos[position] = reading.startNanos();
    for (var sandbox : present) {
      var usage = reading.usageOf(sandbox.id());
      var track = usage == null ? null : track(sandbox.id());
      if (usage != null && track != null) {
        track.record(usage, reading.startNanos(), position);
      }
    }
  }

  /** Counted from the first reading: nanoseconds of a clock may wrap around. */
  private long slot(long nanos) {
    return Math.floorDiv(nanos - origin, SLOT_NANOS);
  }

  private static int position(long slot) {
    return (int) Math.floorMod(slot, (long) SLOTS);
  }

  private @Nullable Track track(SandboxId id) {
    var track = tracks.get(id);
    if (track == null && account.tryCharge(SANDBOX_BYTES)) {
      track = new Track();
      tracks.put(id, track);
    }
    return track;
  }

  private void forgetAllBut(List<Sandbox> present) {
    if (tracks.size() > present.size() || account.freeBytes() < SANDBOX_BYTES) {
      var ids = new HashSet<SandboxId>();
      present.forEach(sandbox -> ids.add(sandbox.id()));
      int before = tracks.size();
      tracks.keySet().retainAll(ids);
      account.release((long) (before - tracks.size()) * SANDBOX_BYTES);
    }
  }

  /** The rate between the two newest readings, if the newest is this one; in cores. */
  public OptionalDouble cpuCores(SandboxId id, HostUsageReading reading) {
    var track = tracks.get(id);
    return track == null || track.nanos != reading.startNanos() || Double.isNaN(track.currentCores)
        ? OptionalDouble.empty()
        : OptionalDouble.of(track.currentCores);
  }

  /**
   * The slots that have readings at a moment, from old to new. Immutable; values that are read with
   * it later have the same indexes.
   */
  public static final class Timeline {
    private final long[] slots;
    private final long[] nanos;

    private Timeline(long[] slots, long[] nanos) {
      this.slots = slots;
      this.nanos = nanos;
    }

    public int length() {
      return nanos.length;
    }

    /** When the last reading of the slot started, by the readings' clock. */
    public long nanos(int time) {
      return nanos[time];
    }
  }

  /**
   * The slots of the last 15 minutes.
   *
   * @param now nanoseconds by the readings' clock
   */
  public Timeline timeline(long now) {
    var numbers = new long[SLOTS];
    var nanos = new long[SLOTS];
    int count = 0;
    long last = slot(now);
    for (long slot = last - SLOTS + 1; slot <= last; slot++) {
      int position = position(slot);
      if (slots[position] == slot) {
        numbers[count] = slot;
        nanos[count++] = slotNanos[position];
      }
    }
    return new Timeline(Arrays.copyOf(numbers, count), Arrays.copyOf(nanos, count));
  }

  /** The CPU rates of a sandbox, in cores. */
  public void cpuCores(SandboxId id, Timeline timeline, Sink sink) {
    var track = tracks.get(id);
    if (track != null) {
      values(track.cpuCores, timeline, sink);
    }
  }

  /** The working sets of a sandbox, in bytes. */
  public void workingSetBytes(SandboxId id, Timeline timeline, Sink sink) {
    var track = tracks.get(id);
    if (track != null) {
      values(track.workingSetBytes, timeline, sink);
    }
  }

  private void values(float[] values, Timeline timeline, Sink sink) {
    for (int time = 0; time < timeline.length(); time++) {
      int position = position(timeline.slots[time]);
      if (slots[position] == timeline.slots[time] && !Float.isNaN(values[position])) {
        sink.accept(time, values[position]);
      }
    }
  }
}
