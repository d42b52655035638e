package io.katamonitor.aggregate;

import io.katamonitor.exposition.FamilyType;
import org.jspecify.annotations.Nullable;

/**
 * Reads an exposition family by family, as often as wanted: for formats that must know a family's
 * size before they write it. Confined to one thread.
 */
public final class FamilyReader {
  private final ExpositionCursor cursor;
  private final TextBlock text;

  public FamilyReader(Exposition exposition, ExpositionReader.Workspace workspace) {
    this.cursor = new ExpositionCursor(exposition, workspace.values());
    this.text = workspace.text();
  }

  /** Goes on to the next family; false when there is none. */
  public boolean next() {
    return cursor.nextFamily();
  }

  public String name() {
    return cursor.family().family.name();
  }

  public FamilyType type() {
    return cursor.family().type;
  }

  /** The HELP text, escaped as in the text format; null where there is none. */
  public byte @Nullable [] help() {
    return cursor.family().help;
  }

  /** Begins the family's samples anew. */
  public void rewind() {
    cursor.rewindFamily();
  }

  /**
   * Hands out the next piece of the family's sample lines, not always whole ones; false when there
   * is none.
   */
  public boolean step(ByteConsumer out) {
    var sink = new TextSink(text, out);
    boolean more = cursor.stepInFamily(sink);
    sink.endTurn(!more);
    return more;
  }
}
