package io.katamonitor.aggregate;

import io.katamonitor.gzip.DeflateBlock;

/**
 * Reads an exposition for one client, turn by turn: each {@link #turn} hands out a block of bytes,
 * so that no more is made than the client takes. Confined to one thread.
 */
public final class ExpositionReader {
  /** What all readers of a thread work in, each only within its turn. */
  public static final class Workspace {
    private final DeflateBlock block = new DeflateBlock();
    private final ExpositionCursor.ValueBuffer values = new ExpositionCursor.ValueBuffer();
    private final TextBlock text = new TextBlock();

    ExpositionCursor.ValueBuffer values() {
      return values;
    }

    TextBlock text() {
      return text;
    }
  }

  private final ExpositionCursor cursor;
  private final ExpositionSink sink;

  private ExpositionReader(ExpositionCursor cursor, ExpositionSink sink) {
    this.cursor = cursor;
    this.sink = sink;
  }

  /**
   * A reader that hands out text.
   *
   * @param out takes the bytes, within {@link #turn}
   */
  public static ExpositionReader text(
      Exposition exposition, Workspace workspace, ByteConsumer out) {
    return new ExpositionReader(
        new ExpositionCursor(exposition, workspace.values), new TextSink(workspace.text, out));
  }

  /**
   * A reader that hands out a gzip member of the text.
   *
   * @param out takes the bytes, within {@link #turn} and at once the header
   */
  public static ExpositionReader gzip(
      Exposition exposition, Workspace workspace, ByteConsumer out) {
    return new ExpositionReader(
        new ExpositionCursor(exposition, workspace.values),
        new GzipSink(exposition.parts(), workspace.block, workspace.text, out));
  }

  /**
   * Hands out a block: about 64 KB of text, or what about as many tokens come to. False when it was
   * the last.
   */
  public boolean turn() {
    sink.beginTurn();
    boolean more = true;
    while (more && !sink.isFull()) {
      more = cursor.step(sink);
    }
    sink.endTurn(!more);
    return more;
  }
}
