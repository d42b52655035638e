package io.katamonitor.exposition;

import java.util.ArrayDeque;

/** Arrays that all decoders of a thread work in, one after the other: each only within one call. */
public final class DecoderScratch {
  private static final int NORMAL_BYTES = 80 * 1024;

  /** What the decoder reads. */
  byte[] text = new byte[NORMAL_BYTES];

  /** What it found: values, with a line feed behind each. */
  byte[] values = new byte[NORMAL_BYTES];

  final SampleLine line = new SampleLine();

  private final ArrayDeque<ShapeBuilder> builders = new ArrayDeque<>();

  ShapeBuilder takeBuilder() {
    var builder = builders.poll();
    return builder == null ? new ShapeBuilder() : builder;
  }

  void giveBuilder(ShapeBuilder builder) {
    if (builders.isEmpty()) {
      builders.add(builder);
    }
  }

  /** Makes room for so many bytes of text; what was there is lost. */
  byte[] ensureText(int bytes) {
    if (text.length < bytes) {
      text = new byte[bytes];
    }
    return text;
  }

  /** Makes room for so many bytes of values, keeping the first {@code kept}. */
  byte[] ensureValues(int bytes, int kept) {
    if (values.length < bytes) {
      byte[] larger = new byte[bytes];
      System.arraycopy(values, 0, larger, 0, kept);
      values = larger;
    }
    return values;
  }

  /** Gives back what an uncommonly long line needed. */
  void shrink() {
    line.clear();
    if (text.length > NORMAL_BYTES) {
      text = new byte[NORMAL_BYTES];
    }
    if (values.length > NORMAL_BYTES) {
      values = new byte[NORMAL_BYTES];
    }
  }
}
