package io.katamonitor.exposition;

import org.jspecify.annotations.Nullable;

/**
 * Puts a body's samples away as sections. A section goes on as long as samples of one family come;
 * its lines are matched with a shape that is known, make a new one where none fits, or are kept
 * whole where there is no room for shapes.
 */
final class SectionWriter {
  /** What happens to the samples of the family that is open. */
  private enum Mode {
    /** No family is open. */
    CLOSED,
    /** They are those of a shape. */
    MATCHING,
    /** They make a new shape. */
    BUILDING,
    /** They are kept whole. */
    RAW,
    /** They are checked and forgotten. */
    DROPPING
  }

  /** One body must leave room for others' shapes; an ordinary one's are 160 KB. */
  private static final int MAX_LEARNED_BYTES = 512 * 1024;

  private final ShapeCache cache;
  private final DecoderScratch scratch;
  private final FamilyFacts facts;
  private final Header header;
  private final DecodedBody body;

  private Mode mode = Mode.CLOSED;
  private @Nullable Family family;
  private @Nullable FamilyShape shape;
  private @Nullable FamilyShape last;
  private @Nullable ShapeBuilder builder;

  /** How many lines of the shape have come. */
  private int line;

  /** Where the open section's values begin. */
  private int start;

  /** How many bytes of values stand in the scratch. */
  private int staged;

  SectionWriter(
      ShapeCache cache, PageStore store, DecoderScratch scratch, FamilyFacts facts, Header header) {
    this.cache = cache;
    this.scratch = scratch;
    this.facts = facts;
    this.header = header;
    this.body = new DecodedBody(cache, store);
  }

  DecodedBody body() {
    return body;
  }

  /** Whether nothing has been put away or opened yet. */
  boolean isAtStart() {
    return mode == Mode.CLOSED && last == null;
  }

  boolean isMatching() {
    return mode == Mode.MATCHING;
  }

  /** The shape that is being matched. */
  FamilyShape shape() {
    if (shape == null) {
      throw new IllegalStateException("no shape is open");
    }
    return shape;
  }

  private Family family() {
    if (family == null) {
      throw new IllegalStateException("no family is open");
    }
    return family;
  }

  int line() {
    return line;
  }

  int staged() {
    return staged;
  }

  /**
   * Takes note that lines up to {@code line} were as expected and that their values are in the
   * scratch.
   */
  void matched(int line, int staged) {
    this.line = line;
    this.staged = staged;
  }

  /** Makes room in the scratch for the values of that many bytes of text. */
  void ensureRoom(int textBytes) {
    scratch.ensureValues(staged + textBytes + Long.BYTES, staged);
  }

  /** Moves the values out of the scratch, which other decoders need. */
  void flush() throws MemoryExhaustedException {
    body.values().append(scratch.values, 0, staged);
    staged = 0;
  }

  /**
   * Adds a sample, not to be found by an expectation.
   *
   * @param lineStart where in its text the line begins
   */
  void add(Family named, SampleLine sample, int lineStart) throws MemoryExhaustedException {
    if (mode == Mode.CLOSED || named != family) {
      close();
      open(named, sample, lineStart);
    }
    switch (mode) {
      case MATCHING -> match(sample, lineStart);
      case BUILDING -> build(sample, lineStart);
      case RAW -> keepWhole(sample);
      case DROPPING -> body.countSamples(1);
      case CLOSED -> throw new IllegalStateException("a sample of no family");
    }
  }

  private void open(Family named, SampleLine first, int lineStart) throws MemoryExhaustedException {
    if (!header.isOf(named)) {
      header.forget();
    }
    facts.meet(named);
    var dropped = facts.dropReason(named);
    if (dropped != null && !facts.has(named, FamilyFacts.SAMPLES)) {
      body.countDropped(dropped);
    }
    facts.add(named, FamilyFacts.SAMPLES);
    if (dropped != null) {
      open(Mode.DROPPING, named, null);
      return;
    }
    if (header.isTooLong()) {
      openRaw(named);
      return;
    }
    var known =
        named.shape(
            facts.typeOf(named),
            header.text(),
            header.length(),
            first.text(),
            lineStart,
            first.valueStart());
    if (known != null) {
      open(Mode.MATCHING, named, known);
    } else if (mayLearn()) {
      openBuilding(named);
    } else {
      openRaw(named);
    }
  }

  private void open(Mode opened, Family named, @Nullable FamilyShape like) {
    mode = opened;
    family = named;
    shape = like;
    line = 0;
    start = body.values().length() + staged;
  }

  void openMatching(FamilyShape known) {
    header.forget();
    open(Mode.MATCHING, known.family(), known);
  }

  private void openBuilding(Family named) {
    open(Mode.BUILDING, named, null);
    builder().clear();
  }

  private void openRaw(Family named) throws MemoryExhaustedException {
    var raw = new FamilyShape(named, facts.typeOf(named), header.help());
    body.take(raw.bytes());
    open(Mode.RAW, named, raw);
  }

  /** Whether more shapes may be made. */
  private boolean mayLearn() {
    return cache.hasRoomForShapes() && body.heapBytes() < MAX_LEARNED_BYTES;
  }

  private ShapeBuilder builder() {
    if (builder == null) {
      builder = scratch.takeBuilder();
    }
    return builder;
  }

  private void match(SampleLine sample, int lineStart) throws MemoryExhaustedException {
    var expected = shape();
    int headEnd = sample.valueStart();
    if (line < expected.lines() && expected.headEquals(line, sample.text(), lineStart, headEnd)) {
      line++;
      stage(sample);
      return;
    }
    var other = family().shapeGoingOn(expected, line, sample.text(), lineStart, headEnd);
    if (other != null) {
      shape = other;
      line++;
      stage(sample);
      return;
    }
    if (line == expected.lines() && !expected.hasRoomFor(headEnd - lineStart)) {
      goOn(sample, lineStart);
    } else if (mayLearn()) {
      header.copy(expected);
      builder().begin(expected, line);
      mode = Mode.BUILDING;
      build(sample, lineStart);
    } else {
      var named = family();
      close();
      header.copy(expected);
      openRaw(named);
      keepWhole(sample);
    }
  }

  private void build(SampleLine sample, int lineStart) throws MemoryExhaustedException {
    var named = family();
    if (builder().add(sample, lineStart, named, cache.labelled())) {
      stage(sample);
      return;
    }
    if (builder().lines() == 0) {
      // The line is too long for any shape. The header is still to go out.
      end();
      openRaw(named);
      keepWhole(sample);
      return;
    }
    goOn(sample, lineStart);
  }

  /** The family goes on behind a shape that is as large as one may be. */
  private void goOn(SampleLine sample, int lineStart) throws MemoryExhaustedException {
    var named = family();
    close();
    add(named, sample, lineStart);
  }

  private void keepWhole(SampleLine sample) throws MemoryExhaustedException {
    flush();
    stage(sample);
    int length = staged;
    staged = 0;
    RawLines.append(sample, family(), cache.labelled(), scratch.values, length, body.values());
    body.countSamples(1);
  }

  /**
   * Stages the value, and the timestamp if there is one, as written: a blank between them, a line
   * feed behind.
   */
  private void stage(SampleLine sample) {
    int value = sample.valueEnd() - sample.valueStart();
    int stamp = sample.stampEnd() - sample.stampStart();
    byte[] values = scratch.ensureValues(staged + value + stamp + 2 + Long.BYTES, staged);
    System.arraycopy(sample.text(), sample.valueStart(), values, staged, value);
    staged += value;
    if (stamp > 0) {
      values[staged++] = ' ';
      System.arraycopy(sample.text(), sample.stampStart(), values, staged, stamp);
      staged += stamp;
    }
    values[staged++] = '\n';
  }

  /** Closes the section that is open, if one is. */
  void close() throws MemoryExhaustedException {
    switch (mode) {
      case MATCHING -> closeMatching();
      case BUILDING -> closeBuilding();
      case RAW -> closeRaw();
      case DROPPING -> {}
      case CLOSED -> {
        return;
      }
    }
    header.forget();
    mode = Mode.CLOSED;
    family = null;
    shape = null;
  }

  void closeMatching() throws MemoryExhaustedException {
    if (mode == Mode.MATCHING && line > 0) {
      put(shape(), line);
    }
  }

  private void closeBuilding() throws MemoryExhaustedException {
    var heads = builder();
    if (heads.lines() > 0) {
      var named = family();
      var built =
          new FamilyShape(
              named, facts.typeOf(named), header.isTyped(), header.help(), header.copy(), heads);
      body.take(built.bytes());
      cache.keep(built);
      cache.remember(built);
      put(built, built.lines());
    }
    end();
  }

  private void put(FamilyShape closed, int lines) throws MemoryExhaustedException {
    body.addSection(closed, start, lines);
    body.countSamples(lines);
    facts.add(closed.family(), FamilyFacts.SAMPLES);
    closed.lastUsed = cache.scrape();
    if (last == null) {
      cache.first = closed;
    } else {
      last.next = closed;
    }
    last = closed;
  }

  private void closeRaw() throws MemoryExhaustedException {
    flush();
    int length = body.values().length() - start;
    if (length > 0) {
      body.addSection(shape(), start, length);
    }
  }

  /** Gives the builder back. */
  void end() {
    if (builder != null) {
      scratch.giveBuilder(builder);
      builder = null;
    }
  }
}
