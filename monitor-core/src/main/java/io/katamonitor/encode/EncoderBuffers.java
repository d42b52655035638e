package io.katamonitor.encode;

import io.katamonitor.memory.PageStore;
import io.katamonitor.template.SegmentLines;
import io.katamonitor.template.TemplateCache;

/**
 * Large arrays that all encoders of a thread share; an encoder uses them only within {@link
 * ResponseEncoder#encodeNextBlock}. About 0.7 MiB in all, so that an encoder of its own takes
 * little.
 */
public final class EncoderBuffers {
  private static final int NORMAL_VALUE_BYTES = 32 * 1024;

  final Block block = new Block();
  final LineOffsets offsets = new LineOffsets();
  final DeflateBlock deflate = new DeflateBlock();
  final SegmentLines.Buffer lines = new SegmentLines.Buffer();

  /** The cache to whose templates message templates are attached. */
  final TemplateCache templates;

  /** Off-heap memory of encoders, for the samples of histograms. */
  final PageStore store;

  private byte[] values = new byte[NORMAL_VALUE_BYTES];

  public EncoderBuffers(TemplateCache templates, PageStore store) {
    this.templates = templates;
    this.store = store;
  }

  /** An array of at least that length for the values of a segment. */
  byte[] values(int length) {
    if (values.length < length) {
      values = new byte[length + length / 2];
    }
    return values;
  }

  /** Ends a block: empties what encoders share, and frees what unusually long lines needed. */
  void shrink() {
    block.shrink();
    if (values.length > 4 * NORMAL_VALUE_BYTES) {
      values = new byte[NORMAL_VALUE_BYTES];
    }
  }
}
