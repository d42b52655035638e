package io.katamonitor.template;

import io.katamonitor.exposition.HeaderLine;
import io.katamonitor.exposition.SampleLine;
import java.util.ArrayDeque;

/**
 * Arrays and parsers that all decoders of a thread share; each decoder uses them within one call
 * only.
 */
public final class DecoderBuffers {
  private static final int NORMAL_BYTES = 80 * 1024;

  /** The received bytes that are decoded. */
  byte[] text = new byte[NORMAL_BYTES];

  /** The values found in them, each with a line feed. */
  byte[] values = new byte[NORMAL_BYTES];

  final SampleLine line = new SampleLine();
  final HeaderLine headerLine = new HeaderLine();
  private final ArrayDeque<TemplateBuilder> builders = new ArrayDeque<>();

  TemplateBuilder takeBuilder(NamingPolicy policy) {
    var builder = builders.poll();
    return builder == null ? new TemplateBuilder(new SeriesWriter(policy)) : builder;
  }

  void giveBuilder(TemplateBuilder builder) {
    if (builders.isEmpty()) {
      builders.add(builder);
    }
  }

  /** Makes room for so many bytes of text; earlier content is lost. */
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

  /** Number of lines that were parsed because their series were not expected. */
  public long parsedLines() {
    return line.parsed();
  }

  /** Frees what an unusually long line needed. */
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
