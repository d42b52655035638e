package io.katamonitor.exposition;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * A body that was taken: sections of one family each, in the order they came. A section is a shape,
 * how many of its lines there are, and where in the values theirs begin, which stand line by line
 * with a line feed behind each. Of a raw section there are the lines themselves; {@link RawLines}
 * says how.
 *
 * <p>Whoever decoded or retained it releases it, once. Confined to one thread.
 */
public final class DecodedBody {
  /** What a section takes of the heap, here and in the order over all of a scrape's sections. */
  private static final int SECTION_BYTES = 16;

  private static final FamilyShape[] NONE = {};

  private final ShapeCache cache;
  private FamilyShape[] shapes = new FamilyShape[72];
  private int[] starts = new int[72];
  private int[] lines = new int[72];
  private int sections;
  private int samples;
  private long bytes;
  private int holders = 1;

  /** Bytes of the heap it has taken from the cache's bound. */
  private int taken;

  private final PagedBytes values;
  private final Map<DropReason, Integer> dropped = new EnumMap<>(DropReason.class);

  DecodedBody(ShapeCache cache, PageStore store) {
    this.cache = cache;
    values = new PagedBytes(store);
  }

  /** Takes note that it needs so many bytes of the heap, for a shape that was made for it. */
  void take(int bytes) throws MemoryExhaustedException {
    cache.take(bytes);
    taken += bytes;
  }

  /** Bytes of the heap it needs beside its values, with the shapes that were made for it. */
  int heapBytes() {
    return taken;
  }

  void addSection(FamilyShape shape, int start, int count) throws MemoryExhaustedException {
    take(SECTION_BYTES);
    if (sections == shapes.length) {
      shapes = Arrays.copyOf(shapes, sections * 2);
      starts = Arrays.copyOf(starts, sections * 2);
      lines = Arrays.copyOf(lines, sections * 2);
    }
    shapes[sections] = shape;
    starts[sections] = start;
    lines[sections] = count;
    sections++;
    shape.family().references++;
  }

  void countSamples(int count) {
    samples += count;
  }

  void countBytes(long count) {
    bytes += count;
  }

  void countDropped(DropReason reason) {
    dropped.merge(reason, 1, Integer::sum);
  }

  PagedBytes values() {
    return values;
  }

  public int sections() {
    return sections;
  }

  public FamilyShape shape(int section) {
    return shapes[section];
  }

  /** Of a shape's section the number of lines, of a raw section the number of bytes. */
  public int extent(int section) {
    return lines[section];
  }

  /** Where the section's values begin. */
  public int start(int section) {
    return starts[section];
  }

  /**
   * Where the section's values end, at the latest: sections of dropped families may stand between.
   */
  public int end(int section) {
    return section + 1 < sections ? starts[section + 1] : values.length();
  }

  /** Copies values, or raw lines; all of the range must be there. */
  public void copyValues(int position, byte[] to, int start, int count) {
    values.copyTo(position, to, start, count);
  }

  /** Samples that came, dropped ones included. */
  public int samples() {
    return samples;
  }

  /** Bytes that came. */
  public long bytes() {
    return bytes;
  }

  /** How many families were dropped for each reason. */
  public Map<DropReason, Integer> dropped() {
    return dropped;
  }

  /** Bytes of memory it takes, about. */
  public int bytesHeld() {
    return values.bytesHeld() + taken;
  }

  /** One holder more, who releases it too. */
  public void retain() {
    holders++;
  }

  /** Gives the memory back when no holder is left. */
  public void release() {
    if (--holders > 0) {
      return;
    }
    for (int i = 0; i < sections; i++) {
      shapes[i].family().references--;
    }
    sections = 0;
    // Whoever asked may keep it for a while yet; the shapes, and their families, it must not.
    shapes = NONE;
    cache.give(taken);
    taken = 0;
    values.clear();
  }
}
