package io.katamonitor.exposition;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the lines of a family have in common in many bodies: its HELP and TYPE lines and, line by
 * line, the head, which is all before the value. Twice: as it comes in, to be compared with, and as
 * it goes out, with the cut where a sandbox's labels are put in. Immutable but for what the decoder
 * learns.
 *
 * <p>A raw shape has no lines: the body keeps these families' heads itself.
 */
public final class FamilyShape {
  /** Room behind {@link #out} for copies in strides of eight. */
  static final int SLACK = Long.BYTES;

  private static final byte[] NONE = {};

  private final Family family;
  private final FamilyType type;
  private final byte @Nullable [] help;
  private final byte[] header;
  private final boolean typed;
  private final boolean raw;

  private final int lines;
  private final byte[] in;
  private final int[] inEnd;
  private final byte[] out;
  private final int[] cut;
  private final int[] outEnd;
  private final short[] sameAsLast;
  private final short[] sameTail;

  /** The shape that followed this one last time. */
  @Nullable FamilyShape next;

  /** The scrape that used it last. */
  int lastUsed;

  /** A shape of the lines that were built. */
  FamilyShape(
      Family family,
      FamilyType type,
      boolean typed,
      byte @Nullable [] help,
      byte[] header,
      ShapeBuilder heads) {
    this.family = family;
    this.type = type;
    this.typed = typed;
    this.help = help;
    this.header = header;
    this.raw = false;
    this.lines = heads.lines();
    this.in = heads.in();
    this.inEnd = heads.inEnd();
    this.out = heads.out();
    this.cut = heads.cut();
    this.outEnd = heads.outEnd();
    this.sameAsLast = new short[lines];
    this.sameTail = new short[lines];
    for (int i = 0; i < lines; i++) {
      sameAsLast[i] = (short) (i == 0 ? 0 : commonStart(i - 1, i));
      sameTail[i] = (short) (i == 0 ? -1 : lineOfSameTail(i));
    }
  }

  /** A shape for lines that the body keeps whole. */
  FamilyShape(Family family, FamilyType type, byte @Nullable [] help) {
    this.family = family;
    this.type = type;
    this.typed = false;
    this.help = help;
    this.header = NONE;
    this.raw = true;
    this.lines = 0;
    this.in = NONE;
    this.inEnd = new int[0];
    this.out = NONE;
    this.cut = inEnd;
    this.outEnd = inEnd;
    this.sameAsLast = new short[0];
    this.sameTail = sameAsLast;
  }

  private int commonStart(int a, int b) {
    int length = Math.min(cut[a] - outStart(a), cut[b] - outStart(b));
    int differs =
        Arrays.mismatch(
            out, outStart(a), outStart(a) + length, out, outStart(b), outStart(b) + length);
    return differs < 0 ? length : differs;
  }

  /** The nearest line before {@code line} with the same text behind the cut, or -1. */
  private int lineOfSameTail(int line) {
    for (int i = line - 1; i >= 0; i--) {
      if (Arrays.equals(out, cut[i], outEnd[i], out, cut[line], outEnd[line])) {
        return i;
      }
    }
    return -1;
  }

  public Family family() {
    return family;
  }

  public FamilyType type() {
    return type;
  }

  /** Whether the header has a TYPE line. */
  boolean typed() {
    return typed;
  }

  /**
   * Whether the header says the type, so that it needs nothing that stood before in the body, nor
   * may a TYPE line still follow it.
   */
  boolean isSelfContained() {
    return typed;
  }

  /** The HELP text, escaped as it came; null where there was none. */
  public byte @Nullable [] help() {
    return help;
  }

  /** The HELP and TYPE lines as they came, with their line feeds; empty where lines stand alone. */
  byte[] header() {
    return header;
  }

  public boolean isRaw() {
    return raw;
  }

  public int lines() {
    return lines;
  }

  /** Whether a shape may be made that has a line more. */
  boolean hasRoomFor(int headBytes) {
    return lines < ShapeBuilder.MAX_LINES && in.length + headBytes <= ShapeBuilder.MAX_BYTES;
  }

  byte[] in() {
    return in;
  }

  int[] inEnd() {
    return inEnd;
  }

  int inStart(int line) {
    return line == 0 ? 0 : inEnd[line - 1];
  }

  boolean headEquals(int line, byte[] text, int from, int to) {
    return Arrays.equals(in, inStart(line), inEnd[line], text, from, to);
  }

  boolean beginsLike(FamilyShape other, int count) {
    int length = other.inStart(count);
    return inStart(count) == length && Arrays.equals(in, 0, length, other.in, 0, length);
  }

  /** The outgoing heads, one behind the other, with {@value #SLACK} bytes of room behind them. */
  public byte[] out() {
    return out;
  }

  public int outStart(int line) {
    return line == 0 ? 0 : outEnd[line - 1];
  }

  /** Per line: where in {@link #out} the labels go in. */
  public int[] cut() {
    return cut;
  }

  /** Per line: where in {@link #out} the head ends. */
  public int[] outEnd() {
    return outEnd;
  }

  /** Per line: how many bytes before the cut are the line before's. */
  public short[] sameAsLast() {
    return sameAsLast;
  }

  /** Per line: the nearest earlier line with the same text behind the cut, or -1. */
  public short[] sameTail() {
    return sameTail;
  }

  /** About how much heap it takes. */
  int bytes() {
    int helpLength = help == null ? 0 : help.length;
    return 350 + in.length + out.length + 16 * lines + header.length + helpLength;
  }
}
