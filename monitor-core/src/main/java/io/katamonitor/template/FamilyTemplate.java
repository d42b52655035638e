package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SamplePart;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The learned series of a family's samples, in order. Bodies with the same series in the same order
 * share it and keep only their values.
 *
 * <p>Holds each series twice: as received, for comparison, and as written, with the offset where
 * the labels of a sandbox are inserted. For two lines {@code x{a="b"} 5} and {@code x{a="c"} 6}:
 *
 * <pre>{@code
 * inputSeries      x{a="b"} x{a="c"}⎵      inputEnds             9, 18
 * output().bytes   x{a="b",} x{a="c",}⎵    output.insertOffsets  8, 18    output.ends  10, 20
 * }</pre>
 *
 * <p>Immutable, except for its last use and for data derived from it, which {@link TemplateSet} and
 * {@link TemplateCache} record. Confined to one thread.
 */
public final class FamilyTemplate {
  /** Limits of one template: a longer family has several. */
  static final int MAX_LINES = 512;

  static final int MAX_INPUT_BYTES = 24 * 1024;

  private static final int FIXED_BYTES = 250;

  /** Heap of one without series: the object alone. */
  private static final int UNTEMPLATED_BYTES = 80;

  private static final byte[] NONE = {};
  private static final int[] NO_LINES = {};
  private static final LinePattern EMPTY = new LinePattern(NONE, NO_LINES, NO_LINES);

  private final Family family;
  private final FamilyType type;
  private final byte @Nullable [] help;
  private final byte[] header;
  private final boolean isTyped;
  private final boolean isUntemplated;

  private final byte[] inputSeries;
  private final int[] inputEnds;
  private final LinePattern output;
  private @Nullable DerivedTemplate derived;
  private byte @Nullable [] marks;

  /** Bits of the codes of its samples' parts; 0 where they are not known yet. */
  private int parts;

  private @Nullable TemplateSet set;
  private long lastScrape = -1;

  /** A template of the series that were added to the builder. */
  FamilyTemplate(
      Family family,
      FamilyType type,
      boolean isTyped,
      byte @Nullable [] help,
      byte[] header,
      TemplateBuilder series) {
    this.family = family;
    this.type = type;
    this.isTyped = isTyped;
    this.help = help;
    this.header = header;
    this.isUntemplated = false;
    this.inputSeries = series.inputSeries();
    this.inputEnds = series.inputEnds();
    this.output = series.output();
  }

  /** Stands for samples that are kept as {@link UntemplatedLines}: it has no series of its own. */
  FamilyTemplate(Family family, FamilyType type, byte @Nullable [] help) {
    this.family = family;
    this.type = type;
    this.isTyped = false;
    this.help = help;
    this.header = NONE;
    this.isUntemplated = true;
    this.inputSeries = NONE;
    this.inputEnds = NO_LINES;
    this.output = EMPTY;
  }

  public Family family() {
    return family;
  }

  public FamilyType type() {
    return type;
  }

  /** Whether its header has a TYPE line, so that nothing earlier in a body can change the type. */
  boolean isTyped() {
    return isTyped;
  }

  /** The HELP text, escaped as received; null if there was none. */
  public byte @Nullable [] help() {
    return help;
  }

  /** The HELP and TYPE lines as received, with line feeds; empty for samples without them. */
  byte[] header() {
    return header;
  }

  /** Whether bodies keep the lines of their segments whole, as {@link UntemplatedLines}. */
  public boolean isUntemplated() {
    return isUntemplated;
  }

  /** Number of series. */
  public int lines() {
    return output.lines();
  }

  /** Whether a template with one more series of this length is within the limits. */
  boolean canGrow(int seriesBytes) {
    return lines() < MAX_LINES && inputSeries.length + seriesBytes <= MAX_INPUT_BYTES;
  }

  byte[] inputSeries() {
    return inputSeries;
  }

  int[] inputEnds() {
    return inputEnds;
  }

  int inputStart(int line) {
    return line == 0 ? 0 : inputEnds[line - 1];
  }

  boolean hasSeries(int line, byte[] text, int from, int to) {
    return Arrays.equals(inputSeries, inputStart(line), inputEnds[line], text, from, to);
  }

  boolean hasHeader(byte[] text, int from, int length) {
    return Arrays.equals(header, 0, header.length, text, from, from + length);
  }

  boolean hasSameSeries(FamilyTemplate other) {
    return type == other.type
        && isTyped == other.isTyped
        && Arrays.equals(header, other.header)
        && Arrays.equals(inputEnds, other.inputEnds)
        && Arrays.equals(inputSeries, other.inputSeries);
  }

  /** Whether the first {@code count} series of both are the same. */
  boolean startsLike(FamilyTemplate other, int count) {
    int length = other.inputStart(count);
    return inputStart(count) == length
        && Arrays.equals(inputSeries, 0, length, other.inputSeries, 0, length);
  }

  /** The series as they are written in text. */
  public LinePattern output() {
    return output;
  }

  /** The suffix that the name of this line's sample adds to the name of the family. */
  public SamplePart part(int line) {
    byte[] series = output.bytes();
    int from = output.start(line) + family.nameBytes().length;
    int to = from;
    while (series[to] != '{' && series[to] != ' ') {
      to++;
    }
    var part = SamplePart.ofSuffix(series, from, to);
    if (part == null) {
      throw new IllegalStateException("a series of another family: " + family.name());
    }
    return part;
  }

  /**
   * The parts of its first samples: a bit for the code of each. For untemplated lines, those of all
   * samples, as recorded by {@link #addPart}.
   */
  int parts(int count) {
    if (isUntemplated) {
      return parts;
    }
    if (count < lines()) {
      return partsOf(count);
    }
    if (parts == 0) {
      parts = partsOf(lines());
    }
    return parts;
  }

  private int partsOf(int count) {
    int found = 0;
    for (int line = 0; line < count; line++) {
      found |= part(line).bit();
    }
    return found;
  }

  /** Records the part of a sample that is kept as {@link UntemplatedLines}. */
  void addPart(SamplePart part) {
    assert isUntemplated;
    parts |= part.bit();
  }

  /** What {@link TemplateCache#attach} attached; null before that. */
  public @Nullable DerivedTemplate derived() {
    return derived;
  }

  void attach(DerivedTemplate made) {
    derived = made;
  }

  /**
   * A template of the monitor's own series, given as they are written.
   *
   * @param help ASCII without backslashes and line feeds
   * @param prefixes per series, the bytes before the labels of a sandbox
   * @param suffixes per series, the bytes after them, with a blank at the end
   */
  public static FamilyTemplate own(
      String name, FamilyType type, String help, List<byte[]> prefixes, List<byte[]> suffixes) {
    var builder = new TemplateBuilder(null);
    for (int i = 0; i < prefixes.size(); i++) {
      builder.add(prefixes.get(i), suffixes.get(i));
    }
    return new FamilyTemplate(new Family(name), type, true, help.getBytes(US_ASCII), NONE, builder);
  }

  /** What {@link #mark} set; null before that. */
  public byte @Nullable [] marks() {
    return marks;
  }

  /**
   * Sets a mark per line, so that {@code GuestUsageReader} inspects the series of each line once.
   *
   * @param ofLines at most one byte for each line; not to be changed
   */
  public void mark(byte[] ofLines) {
    assert ofLines.length <= lines();
    marks = ofLines;
  }

  /** Whether it is one of the monitor's own, which are not learned. */
  boolean isOwn() {
    return inputSeries.length == 0 && !isUntemplated;
  }

  /** Whether it belongs to a {@link TemplateSet}, and not to a single body. */
  boolean isShared() {
    return set != null;
  }

  boolean isOf(TemplateSet other) {
    return set == other;
  }

  /** The set it belongs to; null for one of a single body. */
  @Nullable TemplateSet set() {
    return set;
  }

  void markLearned(TemplateSet by) {
    set = by;
  }

  /** Records its use by a scrape; whether that is the first one of this scrape. */
  boolean markUsed(long scrape) {
    boolean isFirst = lastScrape != scrape;
    lastScrape = scrape;
    return isFirst;
  }

  /**
   * Estimate of the bytes of heap that one takes, without its header and the runs of its pattern.
   *
   * @param seriesBytes of the series as received and as written, together
   */
  static long heapBytesOf(int lines, long seriesBytes) {
    return FIXED_BYTES + LinePattern.FIXED_BYTES + 20L * lines + seriesBytes;
  }

  /** Estimate of the bytes of heap that it takes, without its message template. */
  int heapBytes() {
    if (isUntemplated) {
      return UNTEMPLATED_BYTES + (help == null ? 0 : help.length);
    }
    return FIXED_BYTES
        + inputSeries.length
        + (Integer.BYTES + 1) * lines()
        + output.heapBytes()
        + header.length
        + (help == null ? 0 : help.length);
  }
}
