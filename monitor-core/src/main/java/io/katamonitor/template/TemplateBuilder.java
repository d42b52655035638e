package io.katamonitor.template;

import io.katamonitor.exposition.SampleLine;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Collects the series of a template. Reusable. Confined to one thread. */
final class TemplateBuilder {
  private final @Nullable SeriesWriter writer;
  private byte[] inputSeries = new byte[1024];
  private int[] inputEnds = new int[32];
  private byte[] outputSeries = new byte[1024];
  private int outputLength;
  private int[] labelInsertOffsets = new int[32];
  private int[] outputEnds = new int[32];
  private int lines;

  /**
   * @param writer of learned series; null for the monitor's own
   */
  TemplateBuilder(@Nullable SeriesWriter writer) {
    this.writer = writer;
  }

  SeriesWriter writer() {
    if (writer == null) {
      throw new IllegalStateException("a builder of own series");
    }
    return writer;
  }

  void clear() {
    lines = 0;
    outputLength = 0;
  }

  int lines() {
    return lines;
  }

  /** Starts with the first {@code count} series of a template. */
  void startWith(FamilyTemplate template, int count) {
    clear();
    ensureLines(count);
    int inputLength = template.inputStart(count);
    outputLength = template.output().start(count);
    inputSeries = ensure(inputSeries, 0, inputLength);
    outputSeries = ensure(outputSeries, 0, outputLength);
    System.arraycopy(template.inputSeries(), 0, inputSeries, 0, inputLength);
    System.arraycopy(template.output().bytes(), 0, outputSeries, 0, outputLength);
    System.arraycopy(template.inputEnds(), 0, inputEnds, 0, count);
    System.arraycopy(template.output().insertOffsets(), 0, labelInsertOffsets, 0, count);
    System.arraycopy(template.output().ends(), 0, outputEnds, 0, count);
    lines = count;
  }

  /**
   * Adds the series of a line.
   *
   * @param lineStart start of the line in its text
   * @return false, and nothing is added, if the template is at its limits
   */
  boolean add(SampleLine line, int lineStart, Family family) {
    int seriesLength = line.valueStart() - lineStart;
    int inputLength = lines == 0 ? 0 : inputEnds[lines - 1];
    if (lines == FamilyTemplate.MAX_LINES
        || inputLength + seriesLength > FamilyTemplate.MAX_INPUT_BYTES) {
      return false;
    }
    ensureLines(lines + 1);
    inputSeries = ensure(inputSeries, inputLength, seriesLength);
    System.arraycopy(line.text(), lineStart, inputSeries, inputLength, seriesLength);
    inputEnds[lines] = inputLength + seriesLength;
    var output = writer();
    output.clear();
    output.writePrefix(line, family);
    labelInsertOffsets[lines] = outputLength + output.length();
    output.writeSuffix(line);
    addOutput(output.bytes(), output.length());
    return true;
  }

  /** Adds one of the monitor's own series, given as it is written. */
  void add(byte[] prefix, byte[] suffix) {
    ensureLines(lines + 1);
    labelInsertOffsets[lines] = outputLength + prefix.length;
    inputEnds[lines] = 0;
    outputSeries = ensure(outputSeries, outputLength, prefix.length);
    System.arraycopy(prefix, 0, outputSeries, outputLength, prefix.length);
    outputLength += prefix.length;
    addOutput(suffix, suffix.length);
  }

  private void addOutput(byte[] bytes, int length) {
    outputSeries = ensure(outputSeries, outputLength, length);
    System.arraycopy(bytes, 0, outputSeries, outputLength, length);
    outputLength += length;
    outputEnds[lines++] = outputLength;
  }

  private static byte[] ensure(byte[] bytes, int length, int more) {
    return bytes.length - length >= more
        ? bytes
        : Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
  }

  private void ensureLines(int count) {
    if (count > inputEnds.length) {
      int capacity = Math.max(2 * inputEnds.length, count);
      inputEnds = Arrays.copyOf(inputEnds, capacity);
      labelInsertOffsets = Arrays.copyOf(labelInsertOffsets, capacity);
      outputEnds = Arrays.copyOf(outputEnds, capacity);
    }
  }

  /** Estimate of the heap of a template of these series, without its header. */
  long heapBytes() {
    int inputLength = lines == 0 ? 0 : inputEnds[lines - 1];
    return FamilyTemplate.heapBytesOf(lines, inputLength + outputLength);
  }

  byte[] inputSeries() {
    return Arrays.copyOf(inputSeries, lines == 0 ? 0 : inputEnds[lines - 1]);
  }

  int[] inputEnds() {
    return Arrays.copyOf(inputEnds, lines);
  }

  LinePattern output() {
    return new LinePattern(
        Arrays.copyOf(outputSeries, outputLength),
        Arrays.copyOf(labelInsertOffsets, lines),
        Arrays.copyOf(outputEnds, lines));
  }
}
