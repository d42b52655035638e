package io.katamonitor.selfmetrics;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.template.OwnBodyBuilder;
import java.util.Arrays;

/**
 * Writes values of own families to a body: {@link #start}, a value for each series of the family,
 * and {@link #finish}. A family that is started and not finished is left out. Reusable. Confined to
 * one thread.
 */
final class OwnSeriesWriter {
  private static final long NANOS = 1_000_000_000;
  private static final long NANOS_OF_MILLI = 1_000_000;
  private static final int MAX_DIGITS = 24;

  private byte[] values = new byte[1024];
  private int length;
  private int count;

  /** Starts a family. */
  void start() {
    length = 0;
    count = 0;
  }

  /** Adds the family that was started, with the values since then. */
  void finish(OwnFamily family, OwnBodyBuilder to) throws MemoryExhaustedException {
    if (count != family.series()) {
      throw new IllegalStateException(
          family.name() + " has " + family.series() + " series, but got " + count + " values");
    }
    if (count > 0) {
      to.add(family.template(), values, length);
    }
    start();
  }

  /** Adds a family with one series. */
  void write(OwnFamily family, long value, OwnBodyBuilder to) throws MemoryExhaustedException {
    start();
    number(value);
    finish(family, to);
  }

  void number(long value) {
    digits(value, 1);
    end();
  }

  /** Writes a duration as seconds, with nine decimals. */
  void seconds(long nanos) {
    digits(nanos / NANOS, 1);
    values[length++] = '.';
    digits(nanos % NANOS, 9);
    end();
  }

  /** Writes a duration as milliseconds, with six decimals. */
  void milliseconds(long nanos) {
    digits(nanos / NANOS_OF_MILLI, 1);
    values[length++] = '.';
    digits(nanos % NANOS_OF_MILLI, 6);
    end();
  }

  /** Writes a number that is given as text. */
  void text(String number) {
    byte[] bytes = number.getBytes(US_ASCII);
    ensure(bytes.length);
    System.arraycopy(bytes, 0, values, length, bytes.length);
    length += bytes.length;
    end();
  }

  private void end() {
    ensure(1);
    values[length++] = '\n';
    count++;
  }

  private void digits(long value, int minWidth) {
    ensure(2 * MAX_DIGITS);
    if (value < 0) {
      values[length++] = '-';
    }
    // Negative, so that Long.MIN_VALUE needs no special case.
    long rest = value < 0 ? value : -value;
    int width = 1;
    for (long tens = rest / 10; tens != 0; tens /= 10) {
      width++;
    }
    width = Math.max(width, minWidth);
    for (int i = length + width - 1; i >= length; i--) {
      values[i] = (byte) ('0' - rest % 10);
      rest /= 10;
    }
    length += width;
  }

  private void ensure(int more) {
    if (values.length - length < more) {
      values = Arrays.copyOf(values, Math.max(2 * values.length, length + more));
    }
  }
}
