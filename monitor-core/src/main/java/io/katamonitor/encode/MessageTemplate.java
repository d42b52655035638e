package io.katamonitor.encode;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SampleNumber;
import io.katamonitor.exposition.SamplePart;
import io.katamonitor.template.DerivedTemplate;
import io.katamonitor.template.FamilyTemplate;
import io.katamonitor.template.LinePattern;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Metric} messages of a template's samples, without values and without the labels of a
 * sandbox. A gauge, counter or untyped sample is one message; the samples of a histogram or summary
 * with the same labels are one.
 *
 * <p>Each message is a line of the pattern: its prefix are the label fields before those of the
 * sandbox, its suffix those after, and for single values also what stands before the float64:
 *
 * <pre>{@code
 * series   kata_x{item="a",        }⎵ 5
 * pattern  0A 09 0A 04 item 12 01 a   12 09 09          (a gauge)
 * }</pre>
 *
 * <p>Immutable. Takes about a third of what its template takes.
 */
final class MessageTemplate implements DerivedTemplate {
  private static final int[] NONE = {};

  /** Initial capacity of the block in which a pattern is built. */
  private static final int FIRST_BYTES = 2048;

  private final LinePattern pattern;
  private final boolean isUsable;
  private final int minLabelLength;
  private final int maxLabelLength;

  /** Per line of a histogram or summary its message; empty for single values. */
  private final int[] messageOfLine;

  /** Per line its part, and of a bucket or quantile the bound. */
  private final byte[] parts;

  private final double[] bounds;

  private MessageTemplate(
      LinePattern pattern,
      boolean isUsable,
      int valueHeaderBytes,
      int[] messageOfLine,
      byte[] parts,
      double[] bounds) {
    this.pattern = pattern;
    this.isUsable = isUsable;
    this.messageOfLine = messageOfLine;
    this.parts = parts;
    this.bounds = bounds;
    int min = Integer.MAX_VALUE;
    int max = 0;
    for (int i = 0; i < pattern.lines(); i++) {
      int length = pattern.ends()[i] - pattern.start(i) - valueHeaderBytes;
      min = Math.min(min, length);
      max = Math.max(max, length);
    }
    this.minLabelLength = min;
    this.maxLabelLength = max;
  }

  /**
   * The message template of a template, made and attached if there is none; null if it cannot be.
   */
  static @Nullable MessageTemplate of(FamilyTemplate template, EncoderBuffers buffers) {
    if (template.derived() instanceof MessageTemplate made) {
      return made;
    }
    if (template.isUntemplated() || !buffers.templates.canAttach(template)) {
      return null;
    }
    var made = template.type().hasParts() ? ofDistributions(template) : ofValues(template);
    return buffers.templates.attach(template, made) ? made : null;
  }

  private static MessageTemplate ofValues(FamilyTemplate template) {
    var output = template.output();
    var pairs = new LabelPairs();
    var block = new Block(FIRST_BYTES);
    int lines = output.lines();
    int[] insertOffsets = new int[lines];
    int[] ends = new int[lines];
    for (int i = 0; i < lines; i++) {
      int insert = output.insertOffsets()[i];
      pairs.writePrefix(output.bytes(), output.start(i), insert, block);
      insertOffsets[i] = block.length();
      pairs.writeSuffix(output.bytes(), insert, output.ends()[i], null, null, 0, block);
      block.writeByte(MetricFields.valueTag(template.type()));
      block.writeByte(1 + Double.BYTES);
      block.writeByte(MetricFields.VALUE);
      ends[i] = block.length();
    }
    return new MessageTemplate(
        new LinePattern(Arrays.copyOf(block.bytes(), block.length()), insertOffsets, ends),
        true,
        MetricFields.VALUE_HEADER_BYTES,
        NONE,
        new byte[0],
        new double[0]);
  }

  private static MessageTemplate ofDistributions(FamilyTemplate template) {
    var output = template.output();
    byte[] boundName = BoundExporter.boundName(template.type());
    var pairs = new LabelPairs();
    var block = new Block(FIRST_BYTES);
    var sorter = new LabelSetHash();
    Map<Long, Integer> messages = new HashMap<>();
    int lines = output.lines();
    int[] insertOffsets = new int[lines];
    int[] ends = new int[lines];
    int[] messageOfLine = new int[lines];
    byte[] parts = new byte[lines];
    double[] bounds = new double[lines];
    boolean isUsable = true;
    for (int i = 0; i < lines; i++) {
      int start = output.start(i);
      int insert = output.insertOffsets()[i];
      int end = output.ends()[i];
      long labelSet = sorter.hash(output.bytes(), start, insert, end, boundName);
      var part = template.part(i);
      parts[i] = (byte) part.code();
      bounds[i] = sorter.bound();
      isUsable &= fits(template.type(), part, sorter.hasBound());
      var message = messages.get(labelSet);
      if (message == null) {
        message = messages.size();
        messages.put(labelSet, message);
        pairs.writePrefix(output.bytes(), start, insert, block);
        insertOffsets[message] = block.length();
        pairs.writeSuffix(output.bytes(), insert, end, boundName, null, 0, block);
        ends[message] = block.length();
      }
      messageOfLine[i] = message;
      isUsable &= i == 0 || message == messageOfLine[i - 1] || message == messages.size() - 1;
    }
    int count = messages.size();
    return new MessageTemplate(
        new LinePattern(
            Arrays.copyOf(block.bytes(), block.length()),
            Arrays.copyOf(insertOffsets, count),
            Arrays.copyOf(ends, count)),
        isUsable,
        0,
        messageOfLine,
        parts,
        bounds);
  }

  /** Whether a sample can be a field of a histogram or summary message. */
  static boolean fits(FamilyType type, SamplePart part, boolean hasBound) {
    return switch (part) {
      case PLAIN -> type == FamilyType.SUMMARY && hasBound;
      case BUCKET -> type == FamilyType.HISTOGRAM && hasBound;
      case COUNT, SUM -> !hasBound;
    };
  }

  /** The messages. */
  LinePattern pattern() {
    return pattern;
  }

  /**
   * Whether all samples fit messages, and those of a message stand together. False for unusual
   * histograms: they are assembled by {@link DistributionAssembly}.
   */
  boolean isUsable() {
    return isUsable;
  }

  /** The message of a line of a histogram or summary. */
  int messageOfLine(int line) {
    return messageOfLine[line];
  }

  /** Adds the sample of a line to a histogram or summary. */
  void add(int line, double value, DistributionMessage to) {
    addSample(parts[line], bounds[line], value, to);
  }

  /** Adds a sample, given by the number of its {@link SamplePart}. */
  static void addSample(int part, double bound, double value, DistributionMessage to) {
    if (part == SamplePart.COUNT.code()) {
      to.setCount(value);
    } else if (part == SamplePart.SUM.code()) {
      to.setSum(value);
    } else {
      to.add(bound, value);
    }
  }

  /**
   * Length of the first {@code count} messages of single values, with tags and lengths.
   *
   * @param labels length of the sandbox's labels
   */
  long length(int count, int labels) {
    long messages = pattern.start(count);
    int fixed = labels + Double.BYTES;
    int shortest = minLabelLength + MetricFields.VALUE_HEADER_BYTES + fixed;
    int longest = maxLabelLength + MetricFields.VALUE_HEADER_BYTES + fixed;
    long length = messages + (long) count * (1 + fixed);
    int varint = Block.varintLength(shortest);
    if (varint == Block.varintLength(longest)) {
      return length + (long) count * varint;
    }
    for (int i = 0; i < count; i++) {
      length += Block.varintLength(pattern.ends()[i] - pattern.start(i) + fixed);
    }
    return length;
  }

  @Override
  public int heapBytes() {
    return 120 + pattern.heapBytes() + 13 * messageOfLine.length;
  }

  /** Reads the bound of a bucket or quantile. */
  static double boundOf(CanonicalSeries label) {
    return SampleNumber.parse(label.bytes(), label.valueStart(), label.valueEnd());
  }
}
