package io.katamonitor.encode;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SampleNumber;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.memory.PagedBytes;
import io.katamonitor.template.DecodedBody;
import io.katamonitor.template.SegmentLines;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Assembles the histograms or summaries of one body from samples in any order and any number of
 * segments. First every sample is added; then {@link #group} finds those with the same labels; then
 * {@link #nextGroup} goes through the groups in the order of their first samples.
 *
 * <p>A sample takes {@value #ENTRY_BYTES} bytes off the heap, and about 40 bytes of the heap within
 * {@link #group} alone. Confined to one thread.
 */
final class DistributionAssembly {
  /** Label set 8, value 8, bound 8, timestamp 8, position 4, segment 4, line 4, part 1, fits 1. */
  private static final int ENTRY_BYTES = 46;

  private static final int BOUND_AT = 16;
  private static final int TIMESTAMP_AT = 24;
  private static final int POSITION_AT = 32;
  private static final int SEGMENT_AT = 36;
  private static final int LINE_AT = 40;
  private static final int PART_AT = 44;
  private static final int FITS_AT = 45;

  private final LabelSetHash labelSets = new LabelSetHash();
  private final PagedBytes entries;

  /** Indexes of the entries, group by group; the first one of a group has its highest bit set. */
  private final PagedBytes order;

  private final ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final byte[] number = new byte[Integer.BYTES];
  private FamilyType type = FamilyType.HISTOGRAM;
  private int size;
  private int groupStart;
  private int groupEnd;

  DistributionAssembly(EncoderBuffers buffers) {
    this.entries = new PagedBytes(buffers.store);
    this.order = new PagedBytes(buffers.store);
  }

  /** Starts a body. */
  void begin(FamilyType of) {
    clear();
    type = of;
  }

  /** Releases the memory. */
  void clear() {
    entries.clear();
    order.clear();
    size = 0;
    groupStart = 0;
    groupEnd = 0;
  }

  /** Adds the current sample. */
  void add(SegmentLines lines, int segment) throws MemoryExhaustedException {
    long labelSet =
        labelSets.hash(
            lines.series(),
            lines.prefixStart(),
            lines.prefixEnd(),
            lines.suffixEnd(),
            BoundExporter.boundName(type));
    int timestamp = SampleMessage.timestampStart(lines);
    boolean hasTimestamp = timestamp < lines.valueEnd();
    int valueEnd = hasTimestamp ? timestamp - 1 : lines.valueEnd();
    entry.clear();
    entry.putLong(labelSet);
    entry.putDouble(SampleNumber.parse(lines.values(), lines.valueStart(), valueEnd));
    entry.putDouble(labelSets.bound());
    entry.putLong(
        hasTimestamp
            ? SampleMessage.timestamp(lines, timestamp)
            : DistributionMessage.NO_TIMESTAMP);
    entry.putInt(lines.samplePosition());
    entry.putInt(segment);
    entry.putInt(lines.sampleLine());
    entry.put((byte) lines.part().code());
    entry.put((byte) (MessageTemplate.fits(type, lines.part(), labelSets.hasBound()) ? 1 : 0));
    entries.append(entry.array(), 0, ENTRY_BYTES);
    size++;
  }

  int size() {
    return size;
  }

  /** Finds the samples with the same labels, in linear time. */
  void group() throws MemoryExhaustedException {
    long[] labelSets = new long[size];
    int[] groupOf = new int[size];
    int[] table = new int[Integer.highestOneBit(Math.max(size, 1)) << 2];
    int[] first = new int[size];
    int[] counts = new int[size + 1];
    int groups = 0;
    for (int i = 0; i < size; i++) {
      entries.copyTo(i * ENTRY_BYTES, entry.array(), 0, Long.BYTES);
      labelSets[i] = entry.getLong(0);
      int slot = (int) (labelSets[i] >>> 32) & (table.length - 1);
      while (table[slot] != 0 && labelSets[first[table[slot] - 1]] != labelSets[i]) {
        slot = (slot + 1) & (table.length - 1);
      }
      if (table[slot] == 0) {
        first[groups] = i;
        table[slot] = ++groups;
      }
      groupOf[i] = table[slot] - 1;
      counts[groupOf[i] + 1]++;
    }
    for (int g = 0; g < groups; g++) {
      counts[g + 1] += counts[g];
    }
    int[] sorted = new int[size];
    int[] next = Arrays.copyOf(counts, groups);
    for (int i = 0; i < size; i++) {
      sorted[next[groupOf[i]]++] = i == first[groupOf[i]] ? i | Integer.MIN_VALUE : i;
    }
    byte[] bytes = new byte[size * Integer.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(sorted);
    order.append(bytes, 0, bytes.length);
  }

  /**
   * Moves to the next group.
   *
   * @param message gets its samples, as far as they fit
   * @return false if there is none
   */
  boolean nextGroup(DistributionMessage message) {
    if (groupEnd == size) {
      return false;
    }
    groupStart = groupEnd;
    load(groupStart);
    message.clear(type, entry.getLong(TIMESTAMP_AT));
    do {
      load(groupEnd++);
      MessageTemplate.addSample(
          entry.get(PART_AT), entry.getDouble(BOUND_AT), entry.getDouble(Long.BYTES), message);
    } while (groupEnd < size && !startsGroup(groupEnd));
    return true;
  }

  /** Whether all samples of the group fit one message, with one timestamp. */
  boolean fitsOneMessage() {
    load(groupStart);
    long timestamp = entry.getLong(TIMESTAMP_AT);
    for (int i = groupStart; i < groupEnd; i++) {
      load(i);
      if (entry.get(FITS_AT) == 0 || entry.getLong(TIMESTAMP_AT) != timestamp) {
        return false;
      }
    }
    return true;
  }

  /** Number of samples of the group. */
  int groupSize() {
    return groupEnd - groupStart;
  }

  /** Moves {@code lines} to a sample of the group, and loads it. */
  void read(int sample, DecodedBody body, SegmentLines lines) {
    load(groupStart + sample);
    lines.openAt(body, entry.getInt(SEGMENT_AT), entry.getInt(POSITION_AT), entry.getInt(LINE_AT));
    lines.next();
  }

  private int number(int index) {
    order.copyTo(index * Integer.BYTES, number, 0, Integer.BYTES);
    return (number[0] & 0xFF)
        | (number[1] & 0xFF) << 8
        | (number[2] & 0xFF) << 16
        | (number[3] & 0xFF) << 24;
  }

  private boolean startsGroup(int index) {
    return number(index) < 0;
  }

  private void load(int index) {
    entries.copyTo(
        (number(index) & Integer.MAX_VALUE) * ENTRY_BYTES, entry.array(), 0, ENTRY_BYTES);
  }
}
