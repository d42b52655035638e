package io.katamonitor.encode;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SampleNumber;
import io.katamonitor.merge.FamilyCursor;
import io.katamonitor.template.LinePattern;

/**
 * Writes the messages of a segment from its {@link MessageTemplate}, some at a time: only labels
 * and values are inserted. Confined to one thread.
 */
final class SegmentSplicer {
  private static final int SPLICED_BYTES = 64 * 1024;

  private final FamilyCursor cursor;
  private final EncoderBuffers buffers;
  private final BlockOutput output;
  private final DistributionMessage distribution;
  private int nextLine;
  private int lastLine;
  private int valuePosition;

  /**
   * @param cursor stands on the segment
   * @param distribution shared; used within a call only
   */
  SegmentSplicer(
      FamilyCursor cursor,
      EncoderBuffers buffers,
      BlockOutput output,
      DistributionMessage distribution) {
    this.cursor = cursor;
    this.buffers = buffers;
    this.output = output;
    this.distribution = distribution;
  }

  /** Starts the segment on which the cursor stands. */
  void open() {
    nextLine = 0;
    lastLine = cursor.body().extent(cursor.segment());
    valuePosition = cursor.body().start(cursor.segment());
  }

  boolean isDone() {
    return nextLine == lastLine;
  }

  /** Bytes of values that the next step reads. */
  int length() {
    return cursor.body().end(cursor.segment()) - valuePosition;
  }

  private MessageTemplate messages() {
    if (cursor.template().derived() instanceof MessageTemplate made) {
      return made;
    }
    throw new IllegalStateException("a message template was dropped");
  }

  private byte[] values() {
    int length = length();
    byte[] values = buffers.values(length);
    cursor.body().copyValues(valuePosition, values, 0, length);
    return values;
  }

  /** Writes messages of single values. */
  void writeValues() {
    var labels = cursor.labels().protobuf();
    var pattern = messages().pattern();
    int count = Math.clamp(SPLICED_BYTES / (labels.length() + 64), 1, lastLine - nextLine);
    int to = nextLine + count;
    valuePosition +=
        MessageSplicer.splice(
            pattern, nextLine, to, labels, values(), buffers.block, buffers.offsets);
    output.endLines(pattern, nextLine, to, cursor.bodyIndex(), labels, buffers.offsets);
    nextLine = to;
  }

  /** Length of all histograms or summaries of the segment; -1 if one is not exact. */
  long exactLength() {
    var messages = messages();
    int labels = cursor.labels().protobuf().length();
    var pattern = messages.pattern();
    byte[] values = values();
    int position = 0;
    long length = 0;
    for (int line = 0; line < lastLine; line = messageEnd(messages, line)) {
      position = readMessage(messages, line, values, position);
      if (!distribution.isExact()) {
        return -1;
      }
      int message = messages.messageOfLine(line);
      int fields =
          pattern.ends()[message] - pattern.start(message) + labels + distribution.length();
      length += 1 + Block.varintLength(fields) + fields;
    }
    return length;
  }

  /** Writes histograms or summaries. */
  void writeDistributions() {
    var messages = messages();
    var pattern = messages.pattern();
    int labels = cursor.labels().protobuf().length();
    byte[] values = values();
    int position = 0;
    int budget = SPLICED_BYTES;
    while (nextLine < lastLine && budget > 0) {
      position = readMessage(messages, nextLine, values, position);
      int message = messages.messageOfLine(nextLine);
      int length =
          pattern.ends()[message] - pattern.start(message) + labels + distribution.length();
      writeDistribution(pattern, message, length);
      budget -= length;
      nextLine = messageEnd(messages, nextLine);
    }
    valuePosition += position;
  }

  private int messageEnd(MessageTemplate messages, int line) {
    int end = line + 1;
    while (end < lastLine && messages.messageOfLine(end) == messages.messageOfLine(line)) {
      end++;
    }
    return end;
  }

  /** Reads the values of the message that starts at a line; returns where the next one starts. */
  private int readMessage(MessageTemplate messages, int line, byte[] values, int position) {
    FamilyType type = cursor.family().type();
    int end = messageEnd(messages, line);
    distribution.clear(type, DistributionMessage.NO_TIMESTAMP);
    for (int i = line; i < end; i++) {
      int at = position;
      long digits = 0;
      while (values[at] >= '0' && values[at] <= '9') {
        digits = digits * 10 + (values[at++] - '0');
      }
      boolean isInteger = values[at] == '\n' && at - position <= MessageSplicer.MAX_EXACT_DIGITS;
      while (values[at] != '\n') {
        at++;
      }
      messages.add(i, isInteger ? digits : SampleNumber.parse(values, position, at), distribution);
      position = at + 1;
    }
    return position;
  }

  private void writeDistribution(LinePattern pattern, int message, int length) {
    var block = buffers.block;
    var labels = cursor.labels().protobuf();
    var offsets = buffers.offsets;
    int start = block.length();
    block.writeByte(MetricFields.FAMILY_METRIC);
    block.writeVarint(length);
    int prefix = block.length();
    int insert = pattern.insertOffsets()[message];
    block.write(pattern.bytes(), pattern.start(message), insert - pattern.start(message));
    block.write(labels.bytes());
    block.write(pattern.bytes(), insert, pattern.ends()[message] - insert);
    offsets.reset(1);
    distribution.write(block, offsets);
    offsets.set(0, start, prefix);
    offsets.set(1, block.length(), block.length());
    output.endLines(pattern, message, message + 1, cursor.bodyIndex(), labels, offsets);
  }
}
