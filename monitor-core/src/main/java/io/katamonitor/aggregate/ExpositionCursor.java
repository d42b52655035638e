package io.katamonitor.aggregate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.katamonitor.exposition.RawLines;

/**
 * A reader's place in an exposition. Each {@link #step} gives the sink a piece of bounded size.
 * Confined to one thread.
 */
final class ExpositionCursor {
  private static final byte[] HELP = "# HELP ".getBytes(US_ASCII);
  private static final byte[] TYPE = "# TYPE ".getBytes(US_ASCII);
  private static final byte[] BLANK = {' '};
  private static final byte[] NEWLINE = {'\n'};

  /** The most that is read of a raw line at once. */
  private static final int PIECE = 32 * 1024;

  private final Exposition exposition;
  private final ValueBuffer buffer;
  private int entry = -1;
  private int section = -1;
  private int part;

  /**
   * Within a raw section: where reading goes on, what is left of the line's piece, and whether that
   * is its tail.
   */
  private int rawPosition;

  private int rawLeft;
  private boolean rawInTail;
  private int rawEnd;
  private int rawPart;

  /** An array that all cursors of a thread read values into, each only within one step. */
  static final class ValueBuffer {
    private byte[] bytes = new byte[PIECE];

    byte[] ensure(int length) {
      if (bytes.length < length) {
        bytes = new byte[length + length / 2];
      }
      return bytes;
    }
  }

  ExpositionCursor(Exposition exposition, ValueBuffer buffer) {
    this.exposition = exposition;
    this.buffer = buffer;
  }

  /** Gives the sink the next piece; false when there is none. */
  boolean step(ExpositionSink sink) {
    if (stepInFamily(sink)) {
      return true;
    }
    if (!nextFamily()) {
      return false;
    }
    header(family(), sink);
    return true;
  }

  /** Goes on to the next family; false when there is none. */
  boolean nextFamily() {
    if (entry + 1 >= exposition.entries().size()) {
      return false;
    }
    entry++;
    rewindFamily();
    return true;
  }

  /** Goes back to the family's first sample. */
  void rewindFamily() {
    section = family().first;
    part = 0;
  }

  /** The family it stands in. */
  Exposition.Entry family() {
    return exposition.entries().get(entry);
  }

  /** Gives the sink the next piece of the family's samples; false when there is none. */
  boolean stepInFamily(ExpositionSink sink) {
    if (rawPosition < rawEnd || rawLeft > 0) {
      rawPiece(sink);
      return true;
    }
    if (section < 0) {
      return false;
    }
    part = exposition.partOf(section, part);
    var body = exposition.body(part);
    int inBody = exposition.sectionInBody(section, part);
    var shape = body.shape(inBody);
    section = exposition.next(section);
    if (shape.type() != family().type) {
      return true;
    }
    int start = body.start(inBody);
    if (shape.isRaw()) {
      rawPosition = start;
      rawEnd = start + body.extent(inBody);
      rawInTail = true;
      rawPart = part;
      return true;
    }
    int length = body.end(inBody) - start;
    byte[] values = buffer.ensure(length + ExpositionSink.SLACK);
    body.copyValues(start, values, 0, length);
    sink.lines(shape, body.extent(inBody), part, exposition.labels(part), values, length);
    return true;
  }

  private void rawPiece(ExpositionSink sink) {
    var body = exposition.body(rawPart);
    byte[] bytes = buffer.ensure(PIECE);
    if (rawLeft == 0) {
      body.copyValues(rawPosition, bytes, 0, RawLines.NUMBER_BYTES);
      rawPosition += RawLines.NUMBER_BYTES;
      rawLeft = RawLines.number(bytes, 0);
      rawInTail = !rawInTail;
    }
    int length = Math.min(rawLeft, PIECE);
    body.copyValues(rawPosition, bytes, 0, length);
    rawPosition += length;
    rawLeft -= length;
    sink.text(bytes, 0, length);
    if (rawLeft == 0 && !rawInTail) {
      sink.labels(rawPart, exposition.labels(rawPart));
    }
  }

  private static void header(Exposition.Entry entry, ExpositionSink sink) {
    byte[] name = entry.family.nameBytes();
    byte[] help = entry.help;
    if (help != null) {
      sink.text(HELP, 0, HELP.length);
      sink.text(name, 0, name.length);
      sink.text(BLANK, 0, 1);
      sink.text(help, 0, help.length);
      sink.text(NEWLINE, 0, 1);
    }
    sink.text(TYPE, 0, TYPE.length);
    sink.text(name, 0, name.length);
    sink.text(BLANK, 0, 1);
    sink.text(entry.type.word(), 0, entry.type.word().length);
    sink.text(NEWLINE, 0, 1);
  }
}
