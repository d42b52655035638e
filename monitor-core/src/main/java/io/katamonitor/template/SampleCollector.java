package io.katamonitor.template;

import io.katamonitor.exposition.SampleLine;
import io.katamonitor.exposition.SamplePart;
import io.katamonitor.memory.MemoryExhaustedException;
import org.jspecify.annotations.Nullable;

/**
 * Puts the samples of a body into segments. While samples of one family arrive, it is in one of
 * these modes:
 *
 * <pre>{@code
 * mode          samples                                   next
 * CLOSED        none: no family is open                   any, by open...
 * MATCHING      their series are those of a template      BUILDING or UNTEMPLATED at another series
 * BUILDING      their series make a new template          MATCHING, BUILDING ... when it is full
 * UNTEMPLATED   are kept whole                            stays
 * DROPPING      are counted                               stays
 * }</pre>
 *
 * <p>Every mode ends with {@link #close}. Confined to one thread.
 */
final class SampleCollector {
  private enum Mode {
    CLOSED,
    MATCHING,
    BUILDING,
    UNTEMPLATED,
    DROPPING
  }

  private final TemplateCache cache;
  private final TemplateSet set;
  private final TemplateHints hints;
  private final DecoderBuffers buffers;
  private final BodyBuilder body;
  private final LearningQuota quota;
  private final SegmentHeader header = new SegmentHeader();

  private Mode mode = Mode.CLOSED;
  private @Nullable Family family;
  private @Nullable FamilyTemplate template;
  private @Nullable TemplateBuilder builder;

  /** Number of lines of the template that have arrived. */
  private int line;

  /** Where the open segment's values start. */
  private int start;

  private boolean hasTimestamps;

  /** Number of bytes of values in the shared buffer. */
  private int staged;

  SampleCollector(
      TemplateCache cache,
      TemplateSet set,
      TemplateHints hints,
      DecoderBuffers buffers,
      BodyBuilder body,
      LearningQuota quota) {
    this.cache = cache;
    this.set = set;
    this.hints = hints;
    this.buffers = buffers;
    this.body = body;
    this.quota = quota;
  }

  boolean isMatching() {
    return mode == Mode.MATCHING;
  }

  boolean isOpen(Family named) {
    return mode != Mode.CLOSED && named == family;
  }

  /** The template whose lines arrive. */
  FamilyTemplate template() {
    if (template == null) {
      throw new IllegalStateException("no template is open");
    }
    return template;
  }

  private Family family() {
    if (family == null) {
      throw new IllegalStateException("no family is open");
    }
    return family;
  }

  /** Index of the next expected line of the template. */
  int line() {
    return line;
  }

  int staged() {
    return staged;
  }

  /** Records that the lines before {@code line} arrived and that their values are in the buffer. */
  void advanceTo(int line, int staged) {
    this.line = line;
    this.staged = staged;
  }

  /** Makes room for the values of that many bytes of text. */
  void ensureRoom(int textBytes) {
    buffers.ensureValues(staged + textBytes + Long.BYTES, staged);
  }

  /** Moves the values from the shared buffer to the body, as other decoders use the buffer next. */
  void flush() throws MemoryExhaustedException {
    if (staged > 0) {
      body.values().append(buffers.values, 0, staged);
      staged = 0;
    }
  }

  /** Opens a template whose header has arrived. */
  void openMatching(FamilyTemplate known) throws MemoryExhaustedException {
    close();
    open(Mode.MATCHING, known.family(), known);
  }

  /** Opens a family whose samples are dropped. */
  void openDropping(Family named) throws MemoryExhaustedException {
    close();
    open(Mode.DROPPING, named, null);
  }

  /**
   * Opens a family.
   *
   * @param lines its header, copied if it is needed
   * @param first its first sample, which {@link #add} adds
   */
  void open(Family named, SegmentHeader lines, SampleLine first, int lineStart)
      throws MemoryExhaustedException {
    close();
    if (lines.isTooLong()) {
      header.copy(lines);
      openUntemplated(named);
      return;
    }
    var known =
        named.isBodyLocal()
            ? null
            : set.startingWith(named, lines, first.text(), lineStart, first.valueStart());
    if (known != null) {
      open(Mode.MATCHING, named, known);
      return;
    }
    header.copy(lines);
    if (canLearn(named, first, lineStart)) {
      open(Mode.BUILDING, named, null);
      builder().clear();
    } else {
      openUntemplated(named);
    }
  }

  private void open(Mode opened, Family named, @Nullable FamilyTemplate like) {
    mode = opened;
    family = named;
    template = like;
    line = 0;
    hasTimestamps = false;
    start = body.values().length() + staged;
  }

  private void openUntemplated(Family named) throws MemoryExhaustedException {
    var untemplated = new FamilyTemplate(named, header.type(), header.help());
    body.charge(untemplated.heapBytes());
    open(Mode.UNTEMPLATED, named, untemplated);
  }

  private boolean canLearn(Family named, SampleLine sample, int lineStart) {
    int seriesLength = sample.valueStart() - lineStart;
    return !named.isBodyLocal() && quota.allows(FamilyTemplate.heapBytesOf(1, 2L * seriesLength));
  }

  private TemplateBuilder builder() {
    if (builder == null) {
      builder = buffers.takeBuilder(set.policy());
    }
    return builder;
  }

  /** Adds a sample of the open family. */
  void add(SampleLine sample, int lineStart) throws MemoryExhaustedException {
    switch (mode) {
      case MATCHING -> match(sample, lineStart);
      case BUILDING -> build(sample, lineStart);
      case UNTEMPLATED -> keepWhole(sample);
      case DROPPING -> body.countSamples(1);
      case CLOSED -> throw new IllegalStateException("a sample of no family");
    }
  }

  private void match(SampleLine sample, int lineStart) throws MemoryExhaustedException {
    var expected = template();
    int seriesEnd = sample.valueStart();
    if (line < expected.lines() && expected.hasSeries(line, sample.text(), lineStart, seriesEnd)) {
      line++;
      stage(sample);
      return;
    }
    var other = set.continuing(expected, line, sample.text(), lineStart, seriesEnd);
    if (other != null) {
      template = other;
      line++;
      stage(sample);
      return;
    }
    boolean mayGrow =
        expected.canGrow(seriesEnd - lineStart) && quota.mayGrow(expected.heapBytes());
    if (line == expected.lines() && !mayGrow) {
      continueFamily(sample, lineStart);
      return;
    }
    header.copy(expected);
    if (canLearn(family(), sample, lineStart)) {
      builder().startWith(expected, line);
      mode = Mode.BUILDING;
      build(sample, lineStart);
    } else {
      var named = family();
      close();
      header.copy(expected);
      openUntemplated(named);
      keepWhole(sample);
    }
  }

  private void build(SampleLine sample, int lineStart) throws MemoryExhaustedException {
    boolean mayGrow = builder().lines() == 0 || quota.mayGrow(builder().heapBytes());
    if (mayGrow && builder().add(sample, lineStart, family())) {
      stage(sample);
      return;
    }
    if (builder().lines() == 0) {
      // The line is too long for any template, and the header is not used up yet.
      giveBuilder();
      openUntemplated(family());
      keepWhole(sample);
      return;
    }
    continueFamily(sample, lineStart);
  }

  /** Continues the family in another segment, as its template is at the limits. */
  private void continueFamily(SampleLine sample, int lineStart) throws MemoryExhaustedException {
    var named = family();
    var continued = new SegmentHeader();
    continued.startFamily(named);
    continued.setType(mode == Mode.MATCHING ? template().type() : header.type());
    open(named, continued, sample, lineStart);
    add(sample, lineStart);
  }

  private void keepWhole(SampleLine sample) throws MemoryExhaustedException {
    flush();
    stage(sample);
    int length = staged;
    staged = 0;
    UntemplatedLines.append(
        sample, family(), builder().writer(), buffers.values, length, body.values());
    template().addPart(partOf(sample));
    body.countSamples(1);
  }

  private SamplePart partOf(SampleLine sample) {
    int suffix = sample.nameStart() + family().shimName().length();
    var part =
        suffix > sample.nameEnd()
            ? null
            : SamplePart.ofSuffix(sample.text(), suffix, sample.nameEnd());
    if (part == null) {
      throw new IllegalStateException("a sample of another family than " + family().shimName());
    }
    return part;
  }

  /**
   * Appends to the buffer the value as received, a blank and the timestamp if there is one, and a
   * line feed.
   */
  private void stage(SampleLine sample) {
    int value = sample.valueEnd() - sample.valueStart();
    int timestamp = sample.timestampEnd() - sample.timestampStart();
    byte[] values = buffers.ensureValues(staged + value + timestamp + 2 + Long.BYTES, staged);
    System.arraycopy(sample.text(), sample.valueStart(), values, staged, value);
    staged += value;
    if (timestamp > 0) {
      hasTimestamps = true;
      values[staged++] = ' ';
      System.arraycopy(sample.text(), sample.timestampStart(), values, staged, timestamp);
      staged += timestamp;
    }
    values[staged++] = '\n';
  }

  /** Closes the open segment, if there is one. */
  void close() throws MemoryExhaustedException {
    switch (mode) {
      case MATCHING -> closeMatching();
      case BUILDING -> closeBuilding();
      case UNTEMPLATED -> closeUntemplated();
      case DROPPING, CLOSED -> {}
    }
    header.clear();
    mode = Mode.CLOSED;
    family = null;
    template = null;
  }

  private void closeMatching() throws MemoryExhaustedException {
    if (line > 0) {
      addSegment(template(), line);
    }
  }

  private void closeBuilding() throws MemoryExhaustedException {
    var series = builder();
    if (series.lines() > 0) {
      var built =
          new FamilyTemplate(
              family(), header.type(), header.isTyped(), header.help(), header.copyText(), series);
      // Another body in progress may have added the same template meanwhile.
      var known = set.equalTo(built);
      if (known == null) {
        keep(built);
      }
      addSegment(known == null ? built : known, built.lines());
    }
    giveBuilder();
  }

  private void keep(FamilyTemplate built) throws MemoryExhaustedException {
    if (quota.fits(built.heapBytes()) && set.add(built)) {
      quota.use(built.heapBytes());
    } else {
      body.charge(built.heapBytes());
    }
  }

  private void addSegment(FamilyTemplate closed, int lines) throws MemoryExhaustedException {
    body.addSegment(closed, start, lines, hasTimestamps);
    body.countSamples(lines);
    if (closed.isShared()) {
      cache.markUsed(closed);
      if (closed.isTyped()) {
        hints.put(closed);
      }
    }
  }

  private void closeUntemplated() throws MemoryExhaustedException {
    flush();
    int length = body.values().length() - start;
    if (length > 0) {
      body.addSegment(template(), start, length, hasTimestamps);
    }
  }

  /** Returns the shared builder. */
  void giveBuilder() {
    if (builder != null) {
      buffers.giveBuilder(builder);
      builder = null;
    }
  }
}
