package io.katamonitor.template;

import io.katamonitor.exposition.SampleLine;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.memory.PagedBytes;

/**
 * How samples without a template are kept: one record per sample, its series in canonical form.
 *
 * <pre>{@code
 * 4 bytes   length of the prefix (up to where the labels of the sandbox are inserted)
 * 4 bytes   length of the suffix (after the labels, up to the value)
 * 4 bytes   length of the value, with the timestamp and the line feed
 *           prefix, suffix, value
 * }</pre>
 *
 * <p>Numbers are little-endian. A record has at most {@link #MAX_RECORD_BYTES}. Stateless.
 */
public final class UntemplatedLines {
  public static final int HEADER_BYTES = 12;

  /**
   * The longest record: {@link SampleLimits} for name, labels and values, every byte of a value
   * escaped; {@code kata_shim_}, {@code exported_} per label; value and timestamp of 1,100 bytes.
   */
  public static final int MAX_RECORD_BYTES =
      HEADER_BYTES
          + SampleLimits.MAX_NAME
          + SampleLimits.MAX_LABELS
              * (2 * SampleLimits.MAX_LABEL_VALUE + SampleLimits.MAX_LABEL_NAME + 16)
          + 4096;

  private UntemplatedLines() {}

  /** Appends the record of a sample whose value stands in {@code value}, from 0 on. */
  static void append(
      SampleLine line,
      Family family,
      SeriesWriter writer,
      byte[] value,
      int valueLength,
      PagedBytes to)
      throws MemoryExhaustedException {
    writer.clear();
    writer.writePrefix(line, family);
    int prefixLength = writer.length();
    writer.writeSuffix(line);
    byte[] header = new byte[HEADER_BYTES];
    putInt(header, 0, prefixLength);
    putInt(header, 4, writer.length() - prefixLength);
    putInt(header, 8, valueLength);
    to.append(header, 0, HEADER_BYTES);
    to.append(writer.bytes(), 0, writer.length());
    to.append(value, 0, valueLength);
  }

  private static void putInt(byte[] to, int at, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      to[at + i] = (byte) (value >>> (Byte.SIZE * i));
    }
  }

  /** The number at {@code at} of a record's header. */
  public static int getInt(byte[] from, int at) {
    return (from[at] & 0xFF)
        | (from[at + 1] & 0xFF) << 8
        | (from[at + 2] & 0xFF) << 16
        | (from[at + 3] & 0xFF) << 24;
  }
}
