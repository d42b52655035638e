package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.katamonitor.merge.FamilyCursor;
import io.katamonitor.merge.MergedFamilies;
import io.katamonitor.merge.MergedFamily;
import io.katamonitor.template.SegmentLines;

/**
 * Encodes text of format 0.0.4. Segments with a template are spliced; others are written sample by
 * sample. Confined to one thread.
 */
final class TextEncoder implements ResponseEncoder {
  private static final byte[] HELP = "# HELP ".getBytes(US_ASCII);
  private static final byte[] TYPE = "# TYPE ".getBytes(US_ASCII);

  /** Approximate number of bytes that are spliced at a time. */
  private static final int SPLICED_BYTES = 64 * 1024;

  /** Maximum work of a block that produces no output, in bytes read, approximately. */
  private static final int MAX_WORK = 192 * 1024;

  private static final int WORK_PER_SEGMENT = 64;
  private static final int WORK_PER_SAMPLE = 128;

  private final EncoderBuffers buffers;
  private final BlockOutput output;
  private final FamilyCursor cursor;
  private final SegmentLines lines;
  private final BoundExporter boundExporter = new BoundExporter();

  /**
   * The rest of the segment that is being spliced: its next line, and where the value of that line
   * starts.
   */
  private int nextLine;

  private int lastLine;
  private int valuePosition;

  /** Whether a segment is written sample by sample. */
  private boolean inSamples;

  private int work;

  TextEncoder(MergedFamilies families, EncoderBuffers buffers, BlockOutput output) {
    this.buffers = buffers;
    this.output = output;
    this.cursor = new FamilyCursor(families);
    this.lines = new SegmentLines(buffers.lines);
  }

  @Override
  public boolean encodeNextBlock() {
    assert buffers.block.length() == 0 : "within the block of another encoder";
    try {
      return encodeBlock();
    } finally {
      buffers.shrink(); // Also after an error: the next client must not get these bytes.
    }
  }

  private boolean encodeBlock() {
    output.beginBlock();
    lines.reload();
    work = 0;
    boolean more = true;
    while (more && !output.isFull() && work < MAX_WORK) {
      more = step();
    }
    output.endBlock(!more);
    return more;
  }

  @Override
  public void close() {}

  /** Writes a piece; false if there is none. */
  private boolean step() {
    if (nextLine < lastLine) {
      spliceLines();
      return true;
    }
    if (inSamples) {
      inSamples = writeSample();
      return true;
    }
    if (cursor.nextSegment()) {
      openSegment();
      return true;
    }
    if (!cursor.nextFamily()) {
      return false;
    }
    writeHeader(cursor.family());
    return true;
  }

  private void openSegment() {
    work += WORK_PER_SEGMENT;
    if (cursor.isOfFamilyType() && !cursor.template().isUntemplated()) {
      nextLine = 0;
      lastLine = cursor.body().extent(cursor.segment());
      valuePosition = cursor.body().start(cursor.segment());
      spliceLines();
    } else {
      lines.open(cursor.body(), cursor.segment());
      inSamples = true;
    }
  }

  private void spliceLines() {
    var body = cursor.body();
    var labels = cursor.labels().text();
    var pattern = cursor.template().output();
    int count = Math.clamp(SPLICED_BYTES / (labels.length() + 64), 1, lastLine - nextLine);
    int length = body.end(cursor.segment()) - valuePosition;
    byte[] values = buffers.values(length);
    body.copyValues(valuePosition, values, 0, length);
    int to = nextLine + count;
    valuePosition +=
        LineSplicer.splice(
            pattern,
            nextLine,
            to,
            labels,
            values,
            0,
            length,
            buffers.block,
            output.usesOffsets() ? buffers.offsets : null);
    output.endLines(pattern, nextLine, to, cursor.bodyIndex(), labels, buffers.offsets);
    nextLine = to;
  }

  /** Writes the next sample of the segment that belongs to the family; false if there is none. */
  private boolean writeSample() {
    if (!lines.next()) {
      return false;
    }
    work += WORK_PER_SAMPLE;
    if (!cursor.has(lines.part())) {
      return true;
    }
    var block = buffers.block;
    var labels = cursor.labels().text();
    block.write(lines.series(), lines.prefixStart(), lines.prefixEnd() - lines.prefixStart());
    output.endPiece();
    block.write(labels.bytes());
    output.endLabels(cursor.bodyIndex(), labels);
    if (cursor.fitsFamilyType()) {
      block.write(lines.series(), lines.prefixEnd(), lines.suffixEnd() - lines.prefixEnd());
    } else {
      boundExporter.writeSuffix(lines, cursor.family().type(), block);
    }
    block.write(lines.values(), lines.valueStart(), lines.valueEnd() + 1 - lines.valueStart());
    output.endPiece();
    return true;
  }

  private void writeHeader(MergedFamily family) {
    var block = buffers.block;
    byte[] help = family.help();
    if (help != null) {
      block.write(HELP);
      block.write(family.nameBytes());
      block.writeByte(' ');
      block.write(help);
      block.writeByte('\n');
    }
    block.write(TYPE);
    block.write(family.nameBytes());
    block.writeByte(' ');
    block.write(family.type().word());
    block.writeByte('\n');
    output.endPiece();
  }
}
