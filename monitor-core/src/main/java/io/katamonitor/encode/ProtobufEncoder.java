package io.katamonitor.encode;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SamplePart;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.merge.FamilyCursor;
import io.katamonitor.merge.MergedFamilies;
import io.katamonitor.merge.MergedFamily;
import io.katamonitor.template.FamilyTemplate;
import io.katamonitor.template.SegmentLines;
import java.util.Arrays;

/**
 * Encodes delimited {@code io.prometheus.client.MetricFamily} messages. A message starts with its
 * length, so each family is gone through at least twice:
 *
 * <pre>{@code
 * pass       what it does with the samples of the family
 * MEASURE    adds up the lengths of all messages
 * TYPED      writes those that fit the type of the family
 * UNTYPED    for x, x_bucket, x_count, x_sum: writes the samples with this name that do not fit, in
 *            an untyped family of their name; only if there are any
 * }</pre>
 *
 * <p>The following do not fit: samples of a sandbox that declares another type, and a histogram or
 * summary whose message Prometheus would turn into other series than its samples ({@link
 * DistributionMessage}).
 *
 * <p>Segments with a template are spliced. Its position, and up to 50 bytes per sample of one body
 * off the heap, are all that an encoder keeps between blocks. Confined to one thread.
 */
final class ProtobufEncoder implements ResponseEncoder {
  private enum Pass {
    MEASURE,
    TYPED,
    UNTYPED
  }

  private static final SamplePart[] PARTS = SamplePart.values();

  /** Work of a block, in bytes read or written, approximately. */
  private static final int MAX_WORK = 192 * 1024;

  private static final int WORK_PER_SEGMENT = 64;
  private static final int WORK_PER_SAMPLE = 128;

  private final EncoderBuffers buffers;
  private final BlockOutput output;
  private final FamilyCursor cursor;
  private final SegmentLines lines;
  private final SampleMessage sample = new SampleMessage();
  private final LabelPairs pairs = new LabelPairs();
  private final DistributionMessage distribution = new DistributionMessage();
  private final DistributionAssembly assembly;
  private final SegmentSplicer splicer;

  private Pass pass = Pass.UNTYPED;

  /** The part whose untyped family is written. */
  private int part = PARTS.length;

  private long typedLength;
  private final long[] untypedLengths = new long[PARTS.length];
  private int work;

  /** What is done with the current segment. */
  private enum SegmentState {
    DONE,
    VALUES,
    DISTRIBUTIONS,
    SAMPLES,
    COLLECTING,
    GROUPS
  }

  private SegmentState segment = SegmentState.DONE;

  /** The group whose samples are written one by one: its next sample, or -1. */
  private int nextSampleOfGroup = -1;

  ProtobufEncoder(MergedFamilies families, EncoderBuffers buffers, BlockOutput output) {
    this.buffers = buffers;
    this.output = output;
    this.cursor = new FamilyCursor(families);
    this.lines = new SegmentLines(buffers.lines);
    this.assembly = new DistributionAssembly(buffers);
    this.splicer = new SegmentSplicer(cursor, buffers, output, distribution);
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
    distribution.shrink();
    return more;
  }

  @Override
  public void close() {
    assembly.clear();
  }

  private boolean step() {
    switch (segment) {
      case VALUES, DISTRIBUTIONS -> splice();
      case SAMPLES -> nextSample();
      case COLLECTING -> collect();
      case GROUPS -> nextGroup();
      case DONE -> {
        if (cursorHasFamily() && cursor.nextSegment()) {
          work += WORK_PER_SEGMENT;
          openSegment();
        } else {
          return nextPass();
        }
      }
    }
    return true;
  }

  private boolean cursorHasFamily() {
    return part < PARTS.length || pass != Pass.UNTYPED;
  }

  /** Starts the next pass through the family, or the next family; false if there is none. */
  private boolean nextPass() {
    if (pass == Pass.MEASURE) {
      part = -1;
      if (typedLength > 0) {
        startPass(Pass.TYPED);
        startMessage(cursor.family().nameBytes(), cursor.family().type(), typedLength);
        return true;
      }
    }
    pass = Pass.UNTYPED;
    while (++part < PARTS.length) {
      if (untypedLengths[part] > 0) {
        startPass(Pass.UNTYPED);
        startMessage(nameOf(PARTS[part]), FamilyType.UNTYPED, untypedLengths[part]);
        return true;
      }
    }
    if (!cursor.nextFamily()) {
      return false;
    }
    typedLength = 0;
    Arrays.fill(untypedLengths, 0);
    pass = Pass.MEASURE;
    part = -1;
    return true;
  }

  private void startPass(Pass next) {
    pass = next;
    cursor.rewindFamily();
  }

  private byte[] nameOf(SamplePart of) {
    byte[] family = cursor.family().nameBytes();
    int suffix = of.suffix().length();
    byte[] name = Arrays.copyOf(family, family.length + suffix);
    for (int i = 0; i < suffix; i++) {
      name[family.length + i] = (byte) of.suffix().charAt(i);
    }
    return name;
  }

  /** Writes the length of a family's message, and the fields before its metrics. */
  private void startMessage(byte[] name, FamilyType type, long metricsLength) {
    var block = buffers.block;
    MergedFamily family = cursor.family();
    byte[] help = pass == Pass.TYPED ? family.help() : null;
    int helpLength = help == null ? 0 : LabelPairs.unescapedLength(help);
    long length = 1 + Block.varintLength(name.length) + name.length + 2 + metricsLength;
    if (help != null) {
      length += 1 + Block.varintLength(helpLength) + helpLength;
    }
    block.writeVarint(length);
    block.writeByte(MetricFields.FAMILY_NAME);
    block.writeVarint(name.length);
    block.write(name);
    if (help != null) {
      block.writeByte(MetricFields.FAMILY_HELP);
      block.writeVarint(helpLength);
      LabelPairs.writeUnescaped(help, 0, help.length, block);
    }
    block.writeByte(MetricFields.FAMILY_TYPE);
    block.writeByte(MetricFields.typeNumber(type));
    output.endPiece();
  }

  private void openSegment() {
    var template = cursor.template();
    if (!cursor.fitsFamilyType()) {
      openSamples();
    } else if (!cursor.family().type().hasParts()) {
      openValues(template);
    } else {
      openDistributions(template);
    }
  }

  private void openSamples() {
    if (pass == Pass.TYPED && !cursor.fitsFamilyType()) {
      return;
    }
    lines.open(cursor.body(), cursor.segment());
    segment = SegmentState.SAMPLES;
  }

  private void openValues(FamilyTemplate template) {
    if (pass == Pass.UNTYPED) {
      return;
    }
    boolean isTemplate =
        cursor.isOfFamilyType()
            && !template.isUntemplated()
            && !cursor.body().hasTimestamps(cursor.segment());
    var messages = isTemplate ? MessageTemplate.of(template, buffers) : null;
    if (messages == null) {
      openSamples();
    } else if (pass == Pass.MEASURE) {
      typedLength +=
          messages.length(
              cursor.body().extent(cursor.segment()), cursor.labels().protobuf().length());
    } else {
      splicer.open();
      segment = SegmentState.VALUES;
    }
  }

  /** Writes some messages of the segment from its template. */
  private void splice() {
    work += splicer.length();
    if (segment == SegmentState.VALUES) {
      splicer.writeValues();
    } else {
      splicer.writeDistributions();
    }
    if (splicer.isDone()) {
      segment = SegmentState.DONE;
    }
  }

  private void openDistributions(FamilyTemplate template) {
    boolean isWhole =
        !template.isUntemplated()
            && cursor.body().extent(cursor.segment()) == template.lines()
            && !cursor.body().hasTimestamps(cursor.segment())
            && !cursor.continuesInNextSegment();
    var messages = isWhole ? MessageTemplate.of(template, buffers) : null;
    if (messages != null && messages.isUsable() && openExact()) {
      return;
    }
    assembly.begin(cursor.family().type());
    lines.open(cursor.body(), cursor.segment());
    segment = SegmentState.COLLECTING;
  }

  /**
   * Measures the segment, or opens it for writing, if all its messages are exact. They always are
   * in a family without an untyped pass; in others each pass checks it again.
   *
   * @return false if it has others; nothing is done then
   */
  private boolean openExact() {
    splicer.open();
    if (pass == Pass.MEASURE || hasUntyped()) {
      work += splicer.length();
      long length = splicer.exactLength();
      if (length < 0) {
        return false;
      }
      typedLength += pass == Pass.MEASURE ? length : 0;
    }
    if (pass == Pass.TYPED) {
      segment = SegmentState.DISTRIBUTIONS;
    }
    return true;
  }

  private boolean hasUntyped() {
    for (long length : untypedLengths) {
      if (length > 0) {
        return true;
      }
    }
    return false;
  }

  /** Measures or writes the next sample of a segment as a message of its own. */
  private void nextSample() {
    if (!lines.next()) {
      segment = SegmentState.DONE;
      return;
    }
    if (cursor.has(lines.part())) {
      addSample(cursor.fitsFamilyType());
    }
    work += WORK_PER_SAMPLE + lines.suffixEnd() - lines.prefixStart();
  }

  /** Measures the current sample, or writes it if it belongs to this pass. */
  private void addSample(boolean fits) {
    var labels = cursor.labels().protobuf();
    int partOfFamily = partOfFamily();
    boolean isWritten = fits ? pass == Pass.TYPED : pass == Pass.UNTYPED && part == partOfFamily;
    if (pass != Pass.MEASURE && !isWritten) {
      return;
    }
    int length =
        sample.open(lines, labels, cursor.fitsFamilyType() ? null : cursor.family().type());
    if (isWritten) {
      sample.write(
          lines, labels, fits ? cursor.family().type() : FamilyType.UNTYPED, buffers.block);
      output.endPiece();
    } else if (fits) {
      typedLength += 1 + Block.varintLength(length) + length;
    } else {
      untypedLengths[partOfFamily] += 1 + Block.varintLength(length) + length;
    }
  }

  /**
   * The suffix that the name of the current sample adds to the name of the family that contains it.
   */
  private int partOfFamily() {
    int added =
        cursor.template().family().nameBytes().length
            + lines.part().suffix().length()
            - cursor.family().nameBytes().length;
    if (added == 0) {
      return SamplePart.PLAIN.code();
    }
    int nameEnd =
        lines.prefixStart()
            + cursor.template().family().nameBytes().length
            + lines.part().suffix().length();
    var found = SamplePart.ofSuffix(lines.series(), nameEnd - added, nameEnd);
    if (found == null) {
      throw new IllegalStateException("a sample of another family: " + cursor.family().name());
    }
    return found.code();
  }

  /** Adds a sample to the assembly; groups them after the last one. */
  private void collect() {
    try {
      if (lines.next()) {
        assembly.add(lines, cursor.segment());
        work += WORK_PER_SAMPLE + lines.suffixEnd() - lines.prefixStart();
        return;
      }
      if (cursor.continuesInNextSegment()) {
        cursor.nextSegment();
        lines.open(cursor.body(), cursor.segment());
        return;
      }
      assembly.group();
      work += assembly.size() * WORK_PER_SAMPLE;
      segment = SegmentState.GROUPS;
    } catch (MemoryExhaustedException e) {
      throw new EncodingException("a histogram could not be assembled", e);
    }
  }

  private void nextGroup() {
    if (nextSampleOfGroup >= 0) {
      nextSampleOfGroup();
      return;
    }
    if (!assembly.nextGroup(distribution)) {
      assembly.clear();
      segment = SegmentState.DONE;
      return;
    }
    work += assembly.groupSize() * WORK_PER_SAMPLE;
    if (!distribution.isExact() || !assembly.fitsOneMessage()) {
      nextSampleOfGroup = pass == Pass.TYPED ? -1 : 0;
    } else if (pass != Pass.UNTYPED) {
      addGroup();
    }
  }

  private void nextSampleOfGroup() {
    assembly.read(nextSampleOfGroup, cursor.body(), lines);
    addSample(false);
    work += WORK_PER_SAMPLE;
    nextSampleOfGroup = nextSampleOfGroup + 1 < assembly.groupSize() ? nextSampleOfGroup + 1 : -1;
  }

  private void addGroup() {
    assembly.read(0, cursor.body(), lines);
    byte[] series = lines.series();
    var labels = cursor.labels().protobuf();
    byte[] bound = BoundExporter.boundName(cursor.family().type());
    int length =
        pairs.prefixLength(series, lines.prefixStart(), lines.prefixEnd())
            + labels.length()
            + pairs.suffixLength(series, lines.prefixEnd(), lines.suffixEnd(), bound, null, 0)
            + distribution.length();
    if (pass == Pass.MEASURE) {
      typedLength += 1 + Block.varintLength(length) + length;
      return;
    }
    var block = buffers.block;
    block.writeByte(MetricFields.FAMILY_METRIC);
    block.writeVarint(length);
    pairs.writePrefix(series, lines.prefixStart(), lines.prefixEnd(), block);
    block.write(labels.bytes());
    pairs.writeSuffix(series, lines.prefixEnd(), lines.suffixEnd(), bound, null, 0, block);
    distribution.write(block, buffers.offsets);
    output.endPiece();
  }
}
