package io.katamonitor.template;

import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.memory.PageStore;
import io.katamonitor.memory.PagedBytes;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects the segments, values and counts of one body. Ends with {@link #build}, whose result owns
 * the memory, or with {@link #discard}. Confined to one thread.
 */
final class BodyBuilder {
  /** Heap bytes of one segment, in the body and in the order of a merge. */
  private static final int SEGMENT_BYTES = 24;

  private static final int FIRST_SEGMENTS = 80;

  /** Heap bytes of a body without segments, including what a scrape keeps for its request. */
  static final int FIXED_BYTES = 448;

  private final @Nullable TemplateSet set;
  private final MemoryAccount account;
  private final PagedBytes values;
  private FamilyTemplate[] templates = new FamilyTemplate[FIRST_SEGMENTS];
  private int[] starts = new int[FIRST_SEGMENTS];
  private int[] extents = new int[FIRST_SEGMENTS];
  private boolean[] timestamped = new boolean[FIRST_SEGMENTS];
  private int segments;
  private int samples;
  private long bytes;
  private long chargedBytes;
  private final Map<DropReason, Integer> droppedFamilies = new EnumMap<>(DropReason.class);
  private final Map<SampleDropReason, Integer> droppedSamples =
      new EnumMap<>(SampleDropReason.class);

  /**
   * @param set what its templates belong to, retained; null for the monitor's own series
   */
  BodyBuilder(@Nullable TemplateSet set, MemoryAccount account, PageStore store) {
    this.set = set;
    this.account = account;
    this.values = new PagedBytes(store);
    if (set != null) {
      set.retain();
    }
  }

  /** Charges heap to the body, which may not take more than its part of it. */
  void charge(long heapBytes) throws MemoryExhaustedException {
    if (set != null && account.isExcessive(chargedBytes + heapBytes)) {
      throw new MemoryExhaustedException("the body takes more than its part of the heap");
    }
    account.charge(heapBytes);
    chargedBytes += heapBytes;
  }

  /**
   * Adds a segment.
   *
   * @param start where its values start
   * @param extent number of lines, or for untemplated lines the number of bytes
   */
  void addSegment(FamilyTemplate template, int start, int extent, boolean hasTimestamps)
      throws MemoryExhaustedException {
    charge(SEGMENT_BYTES);
    if (segments == templates.length) {
      resize(2 * segments);
    }
    templates[segments] = template;
    starts[segments] = start;
    extents[segments] = extent;
    timestamped[segments] = hasTimestamps;
    segments++;
  }

  private void resize(int capacity) {
    templates = Arrays.copyOf(templates, capacity);
    starts = Arrays.copyOf(starts, capacity);
    extents = Arrays.copyOf(extents, capacity);
    timestamped = Arrays.copyOf(timestamped, capacity);
  }

  PagedBytes values() {
    return values;
  }

  void countSamples(int count) {
    samples += count;
  }

  int samples() {
    return samples;
  }

  void countBytes(long count) {
    bytes += count;
  }

  void countDropped(DropReason reason) {
    droppedFamilies.merge(reason, 1, Integer::sum);
  }

  void countDropped(SampleDropReason reason) {
    droppedSamples.merge(reason, 1, Integer::sum);
  }

  /** Bytes of memory that the body takes, on and off the heap. */
  int bytesHeld() {
    return values.bytesHeld() + (int) chargedBytes;
  }

  /** Bytes of these on the heap. */
  long heapBytesHeld() {
    return chargedBytes;
  }

  /** The body, which the caller releases. The builder must not be used after it. */
  DecodedBody build() {
    if (segments < templates.length / 4 * 3) {
      resize(segments); // Trim: a slow client holds all bodies of a scrape, up to a thousand.
    }
    return new DecodedBody(
        set,
        account,
        chargedBytes,
        new DecodedBody.Segments(templates, starts, extents, timestamped, segments),
        values,
        new DecodedBody.Counts(
            bytes, samples, unlessEmpty(droppedFamilies), unlessEmpty(droppedSamples)));
  }

  private static <K> Map<K, Integer> unlessEmpty(Map<K, Integer> counts) {
    return counts.isEmpty() ? Map.of() : counts;
  }

  /** Releases all memory. */
  void discard() {
    values.clear();
    account.release(chargedBytes);
    chargedBytes = 0;
    if (set != null) {
      set.release();
    }
  }
}
