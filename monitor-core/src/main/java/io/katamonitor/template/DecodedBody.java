package io.katamonitor.template;

import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.PagedBytes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A body that was accepted: segments in the order in which they arrived, each the samples of one
 * family. A segment is a template, the number of its lines, and the position of its values. The
 * values are off the heap, one after the other, each with its timestamp and a line feed. A segment
 * without a template has {@link UntemplatedLines} instead.
 *
 * <p>The decoder and each holder that retained it release it once. Confined to one thread.
 */
public final class DecodedBody {
  private static final FamilyTemplate[] NONE = {};

  /** Parallel arrays, of which the first {@code count} elements are used. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Segments(
      FamilyTemplate[] templates, int[] starts, int[] extents, boolean[] timestamped, int count) {}

  /**
   * Counts of what arrived.
   *
   * @param bytes of the body without HTTP framing
   * @param samples dropped ones included
   * @param droppedFamilies how many families were dropped
   * @param droppedSamples how many samples of kept families were dropped
   */
  public record Counts(
      long bytes,
      int samples,
      Map<DropReason, Integer> droppedFamilies,
      Map<SampleDropReason, Integer> droppedSamples) {}

  private final @Nullable TemplateSet set;
  private final MemoryAccount account;
  private final long chargedBytes;
  private final int[] starts;
  private final int[] extents;
  private final boolean[] timestamped;
  private final PagedBytes values;
  private final Counts counts;
  private FamilyTemplate[] templates;
  private int segments;
  private int holders = 1;

  DecodedBody(
      @Nullable TemplateSet set,
      MemoryAccount account,
      long chargedBytes,
      Segments segments,
      PagedBytes values,
      Counts counts) {
    this.set = set;
    this.account = account;
    this.chargedBytes = chargedBytes;
    this.templates = segments.templates();
    this.starts = segments.starts();
    this.extents = segments.extents();
    this.timestamped = segments.timestamped();
    this.segments = segments.count();
    this.values = values;
    this.counts = counts;
  }

  public Counts counts() {
    return counts;
  }

  public int segments() {
    return segments;
  }

  public FamilyTemplate template(int segment) {
    return templates[segment];
  }

  /** Number of lines of a templated segment, number of bytes of an untemplated one. */
  public int extent(int segment) {
    return extents[segment];
  }

  /** The parts that the segment's samples have, a bit for each. Reads no sample. */
  public int parts(int segment) {
    return templates[segment].parts(extents[segment]);
  }

  /** Whether a value of the segment has a timestamp. */
  public boolean hasTimestamps(int segment) {
    return timestamped[segment];
  }

  /** Where the segment's values start. */
  public int start(int segment) {
    return starts[segment];
  }

  /** Where the segment's values end. */
  public int end(int segment) {
    return segment + 1 < segments ? starts[segment + 1] : values.length();
  }

  /** Copies values or untemplated lines; the whole range must exist. */
  public void copyValues(int position, byte[] to, int start, int count) {
    values.copyTo(position, to, start, count);
  }

  /** Bytes of memory that it takes, on and off the heap. */
  public int bytesHeld() {
    return values.bytesHeld() + (int) chargedBytes;
  }

  /** Bytes of these on the heap. */
  public long heapBytesHeld() {
    return chargedBytes;
  }

  /** Adds a holder, which releases it too. */
  public void retain() {
    assert holders > 0;
    holders++;
  }

  /** Removes a holder; without any, the memory is released. */
  public void release() {
    assert holders > 0;
    if (--holders > 0) {
      return;
    }
    segments = 0;
    templates = NONE;
    account.release(chargedBytes);
    values.clear();
    if (set != null) {
      set.release();
    }
  }
}
