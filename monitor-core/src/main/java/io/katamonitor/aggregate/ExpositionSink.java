package io.katamonitor.aggregate;

import io.katamonitor.exposition.FamilyShape;

/**
 * Takes an exposition in order, piece by piece, and makes the answer's bytes of it. Confined to one
 * thread.
 */
interface ExpositionSink {
  /** Room that must be readable behind the values given to {@link #lines}. */
  int SLACK = Long.BYTES;

  /** Begins a turn, in which what all readers share is this one's. */
  void beginTurn();

  /** Any text. */
  void text(byte[] text, int from, int length);

  /**
   * Lines of a shape.
   *
   * @param part whose they are, counted from 0 in the order parts come in each family
   * @param values one behind the other from 0 on, each with its line feed
   */
  void lines(FamilyShape shape, int count, int part, LabelText labels, byte[] values, int length);

  /** The labels of a part within text: whatever stands before and behind comes by {@link #text}. */
  void labels(int part, LabelText labels);

  /** Whether the turn should end: another turn goes on when the client has room. */
  boolean isFull();

  /** Hands out all that is made. */
  void endTurn(boolean isLast);
}
