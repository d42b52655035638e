package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.HeaderLine;
import io.katamonitor.exposition.MalformedExpositionException;
import io.katamonitor.exposition.SampleLine;
import io.katamonitor.exposition.SampleNumber;
import io.katamonitor.exposition.TextScanner;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.memory.PageStore;
import io.katamonitor.memory.PagedBytes;
import java.util.Arrays;

/**
 * Decodes one body as it arrives: {@link #begin}, bytes into {@link #text}, {@link #advance},
 * repeatedly, then {@link #finish} or {@link #discard}. A body is accepted whole or rejected whole.
 *
 * <p>Fast path: a line with the same series as the line at this position in the template is
 * compared, and only its value is validated and copied. Any other line is parsed by {@link
 * SampleLine}.
 *
 * <p>Confined to one thread. Memory: {@link #bytesHeld}, and during {@link #advance} one array as
 * long as a line of more than 64 KiB.
 */
public final class BodyDecoder {
  /** An unfinished line of more bytes is searched once for its end, not with each read. */
  private static final int LONG_LINE = 64 * 1024;

  /** A body with a longer line is rejected: it would not fit the heap while it is parsed. */
  static final int MAX_LINE = 6 * 1024 * 1024;

  /** Integers of fewer digits cannot overflow a float64. */
  private static final int SAFE_DIGITS = 200;

  private static final byte[] LE = "le".getBytes(ISO_8859_1);
  private static final byte[] QUANTILE = "quantile".getBytes(ISO_8859_1);

  private final TemplateSet set;
  private final TemplateHints hints;
  private final DecoderBuffers buffers;
  private final int maxSamples;
  private final BodyBuilder body;
  private final PagedBytes unfinishedLine;
  private final BodyFamilyStates states;
  private final SampleCollector collector;
  private final SegmentHeader header = new SegmentHeader();

  /** Whether the fast path needs more bytes to decide whether a line is the expected one. */
  private boolean needsMoreBytes;

  private boolean isEnded;

  /**
   * @param hints of the sandbox that sends the body
   * @param maxSamples a body with more samples is rejected
   */
  public BodyDecoder(
      TemplateCache cache,
      PageStore store,
      DecoderBuffers buffers,
      TemplateHints hints,
      int maxSamples) {
    this.set = cache.current();
    this.hints = hints;
    this.buffers = buffers;
    this.maxSamples = maxSamples;
    this.body = new BodyBuilder(set, cache.bodies(), store);
    this.unfinishedLine = new PagedBytes(store);
    var quota = cache.newQuota(hints);
    this.states = new BodyFamilyStates(quota, set, body);
    this.collector = new SampleCollector(cache, set, hints, buffers, body, quota);
    hints.begin(set);
  }

  /** Makes room for {@code more} bytes in {@link #text}; returns where to put them. */
  public int begin(int more) {
    int kept = unfinishedLine.length() > LONG_LINE ? 0 : unfinishedLine.length();
    byte[] text = buffers.ensureText(kept + more);
    unfinishedLine.copyTo(0, text, 0, kept);
    return kept;
  }

  /** Where received bytes go; shared by all decoders of the thread. */
  public byte[] text() {
    return buffers.text;
  }

  /**
   * Decodes the received bytes.
   *
   * @param end where they end in {@link #text}
   */
  public void advance(int end)
      throws MalformedExpositionException, MemoryExhaustedException, TooManySamplesException {
    assert !isEnded && collector.staged() == 0;
    byte[] text = buffers.text;
    int from = 0;
    if (unfinishedLine.length() > LONG_LINE) {
      body.countBytes(end);
      if (unfinishedLine.length() + end > MAX_LINE) {
        throw new MemoryExhaustedException("a line has more than " + MAX_LINE + " bytes");
      }
      int newline = TextScanner.newline(text, 0, end);
      if (newline < 0) {
        unfinishedLine.append(text, 0, end);
        return;
      }
      from = newline + 1;
      unfinishedLine.append(text, 0, from);
      decodeUnfinishedLine();
    } else {
      body.countBytes(end - unfinishedLine.length());
      unfinishedLine.clear();
    }
    int position = decode(text, from, end);
    collector.flush();
    unfinishedLine.append(text, position, end - position);
  }

  /** Decodes the bytes of the unfinished line that was kept, which now ends with a line feed. */
  private void decodeUnfinishedLine()
      throws MalformedExpositionException, MemoryExhaustedException, TooManySamplesException {
    byte[] lines = new byte[unfinishedLine.length()];
    unfinishedLine.copyTo(0, lines, 0, lines.length);
    unfinishedLine.clear();
    int position = 0;
    while (position < lines.length) {
      int newline = TextScanner.newline(lines, position, lines.length);
      if (newline < 0) {
        throw new MalformedExpositionException("the last line has no line feed");
      }
      decodeLine(lines, position, newline);
      position = newline + 1;
    }
    collector.flush();
    buffers.shrink();
  }

  /** Ends the body and returns its content, which the caller releases. */
  public DecodedBody finish()
      throws MalformedExpositionException, MemoryExhaustedException, TooManySamplesException {
    decodeUnfinishedLine();
    collector.close();
    checkSamples();
    body.charge(BodyBuilder.FIXED_BYTES);
    isEnded = true;
    return body.build();
  }

  /** Releases all memory. May be called at any time, more than once, and after {@link #finish}. */
  public void discard() {
    if (!isEnded) {
      isEnded = true;
      unfinishedLine.clear();
      collector.giveBuilder();
      body.discard();
    }
  }

  /** Bytes of memory that it takes, on and off the heap. */
  public int bytesHeld() {
    return body.bytesHeld() + unfinishedLine.bytesHeld();
  }

  /** Bytes of these on the heap. */
  public long heapBytesHeld() {
    return body.heapBytesHeld();
  }

  /** Decodes lines; returns where the first one starts that has not arrived whole. */
  private int decode(byte[] text, int from, int end)
      throws MalformedExpositionException, MemoryExhaustedException, TooManySamplesException {
    collector.ensureRoom(end - from);
    int position = from;
    while (position < end) {
      if (text[position] == '\n') {
        position++;
        continue;
      }
      position = decodeExpected(text, position, end);
      if (position == end || needsMoreBytes) {
        return position;
      }
      int newline = TextScanner.newline(text, position, end);
      if (newline < 0) {
        return position;
      }
      decodeLine(text, position, newline);
      position = newline + 1;
    }
    return position;
  }

  /**
   * Decodes lines as long as each is the one that its template expects.
   *
   * @return where the first other line starts, or the first that has not arrived whole; {@link
   *     #needsMoreBytes} is set if the latter may be an expected one
   */
  private int decodeExpected(byte[] text, int from, int end)
      throws MemoryExhaustedException, TooManySamplesException {
    needsMoreBytes = false;
    int position = from;
    while (position < end) {
      int after;
      if (text[position] == '#') {
        after = decodeExpectedHeader(text, position, end);
      } else if (collector.isMatching() && header.isEmpty()) {
        after = decodeExpectedSamples(text, position, end);
      } else {
        return position;
      }
      if (after == position || needsMoreBytes) {
        return after;
      }
      position = after;
    }
    return position;
  }

  /** Decodes samples of the open template as long as they are the expected ones: the hot loop. */
  private int decodeExpectedSamples(byte[] text, int from, int end) {
    var template = collector.template();
    if (template.family().isBodyLocal() || states.isAmbiguous(template.family())) {
      return from;
    }
    byte[] series = template.inputSeries();
    int[] seriesEnds = template.inputEnds();
    int line = collector.line();
    int seriesStart = template.inputStart(line);
    byte[] values = buffers.values;
    int to = collector.staged();
    int position = from;
    while (line < seriesEnds.length && position < end) {
      int seriesEnd = seriesEnds[line];
      int value = position + seriesEnd - seriesStart;
      if (value >= end) {
        needsMoreBytes =
            Arrays.equals(text, position, end, series, seriesStart, seriesStart + end - position);
        break;
      }
      if (!Arrays.equals(text, position, value, series, seriesStart, seriesEnd)) {
        break;
      }
      // Digits are copied while they are validated; what is not a plain integer is validated first.
      int at = value;
      int start = to;
      byte c = text[at];
      while (c >= '0' && c <= '9' && ++at < end) {
        values[to++] = c;
        c = text[at];
      }
      if (c != '\n' || at == value || at - value >= SAFE_DIGITS) {
        to = start;
        at = TextScanner.newline(text, at, end);
        if (at < 0) {
          needsMoreBytes = true;
          break;
        }
        if (!SampleNumber.isLegal(text, value, at)) {
          break;
        }
        System.arraycopy(text, value, values, to, at - value);
        to += at - value;
      }
      values[to++] = '\n';
      position = at + 1;
      seriesStart = seriesEnd;
      line++;
    }
    collector.advanceTo(line, to);
    return position;
  }

  /**
   * Opens the template whose header starts at {@code from}, if one is known.
   *
   * @return the end of the header; {@code from} if it is not known
   */
  private int decodeExpectedHeader(byte[] text, int from, int end)
      throws MemoryExhaustedException, TooManySamplesException {
    if (!header.isEmpty()) {
      return from;
    }
    var known = set.byHeader(text, from, end);
    if (known == null || states.isSeen(known.family()) || states.isAmbiguous(known.family())) {
      return from;
    }
    var hint = hints.get(known.family());
    int after = hint == null ? from : openExpected(hint, text, from, end);
    return after == from && !needsMoreBytes && hint != known
        ? openExpected(known, text, from, end)
        : after;
  }

  private int openExpected(FamilyTemplate expected, byte[] text, int from, int end)
      throws MemoryExhaustedException, TooManySamplesException {
    int length = expected.header().length;
    if (length > end - from) {
      needsMoreBytes = Arrays.equals(text, from, end, expected.header(), 0, end - from);
      return from;
    }
    if (!expected.hasHeader(text, from, length)) {
      return from;
    }
    collector.openMatching(expected);
    checkSamples();
    states.recordHeader(expected);
    countHidden(expected.family());
    return from + length;
  }

  private void decodeLine(byte[] text, int from, int newline)
      throws MalformedExpositionException, MemoryExhaustedException, TooManySamplesException {
    int start = TextScanner.skipBlanks(text, from, newline);
    if (start == newline) {
      return;
    }
    if (text[start] == '#') {
      decodeComment(text, from, start + 1, newline);
    } else {
      decodeSample(text, from, newline);
    }
  }

  private void decodeComment(byte[] text, int lineStart, int from, int newline)
      throws MalformedExpositionException, MemoryExhaustedException {
    var parsed = buffers.headerLine;
    var kind = parsed.parse(text, from, newline);
    int nameLength = parsed.nameEnd() - parsed.nameStart();
    if (kind == HeaderLine.Kind.OTHER || nameLength > SampleLimits.MAX_NAME) {
      return;
    }
    var family = states.resolve(text, parsed.nameStart(), parsed.nameEnd());
    collector.close();
    header.startFamily(family);
    states.markSeen(family);
    if (kind == HeaderLine.Kind.HELP) {
      if (states.has(family, BodyFamilyStates.HELP)) {
        throw new MalformedExpositionException("a second HELP line");
      }
      states.record(family, BodyFamilyStates.HELP);
      header.setHelp(text, parsed.helpStart(), newline);
    } else {
      declareType(family, parsed.type());
    }
    header.append(text, lineStart, newline + 1);
  }

  private void declareType(Family family, FamilyType type) throws MalformedExpositionException {
    if (states.has(family, BodyFamilyStates.TYPE)) {
      throw new MalformedExpositionException("a second TYPE line");
    }
    if (states.has(family, BodyFamilyStates.SAMPLES)) {
      throw new MalformedExpositionException("a TYPE line after samples");
    }
    states.recordType(family, type);
    header.setTyped();
  }

  private void decodeSample(byte[] text, int from, int newline)
      throws MalformedExpositionException, MemoryExhaustedException, TooManySamplesException {
    var line = buffers.line;
    line.parse(text, from, newline);
    var exceeded = SampleLimits.exceededBy(line);
    if (exceeded == SampleDropReason.NAME) {
      dropSample(exceeded);
      return;
    }
    var family = states.resolve(text, line.nameStart(), line.nameEnd());
    rejectUnreadableBound(line, states.typeOf(family));
    if (exceeded != null && family.dropReason() == null) {
      states.markSeen(family);
      states.record(family, BodyFamilyStates.SAMPLES);
      dropSample(exceeded);
      return;
    }
    if (!collector.isOpen(family) || !header.isEmpty()) {
      open(family, line, from);
    }
    collector.add(line, from);
    checkSamples();
  }

  private void dropSample(SampleDropReason reason) throws TooManySamplesException {
    body.countDropped(reason);
    body.countSamples(1);
    checkSamples();
  }

  private void open(Family family, SampleLine first, int lineStart)
      throws MemoryExhaustedException {
    states.markSeen(family);
    var dropped = family.dropReason();
    if (dropped != null) {
      if (!states.has(family, BodyFamilyStates.SAMPLES)) {
        body.countDropped(dropped);
      }
      collector.openDropping(family);
    } else {
      if (!header.isOf(family)) {
        header.clear();
        header.startFamily(family);
      }
      header.setType(states.typeOf(family));
      countHidden(family);
      collector.open(family, header, first, lineStart);
    }
    states.record(family, BodyFamilyStates.SAMPLES);
    header.clear();
  }

  /** Counts a family as dropped that is kept only to derive guest usage: responses leave it out. */
  private void countHidden(Family family) {
    if (family.isHidden() && !states.has(family, BodyFamilyStates.SAMPLES)) {
      states.record(family, BodyFamilyStates.SAMPLES);
      body.countDropped(DropReason.DENYLIST);
    }
  }

  private void checkSamples() throws TooManySamplesException {
    if (body.samples() > maxSamples) {
      throw new TooManySamplesException(maxSamples);
    }
  }

  /**
   * Rejects a bound that Go's expfmt cannot parse: {@code le} must be a number in a histogram,
   * {@code quantile} in a summary.
   */
  private static void rejectUnreadableBound(SampleLine line, FamilyType type)
      throws MalformedExpositionException {
    if (!type.hasParts()) {
      return;
    }
    byte[] bound = type == FamilyType.HISTOGRAM ? LE : QUANTILE;
    for (int i = 0; i < line.keptLabels(); i++) {
      if (line.isLabelNamed(i, bound)
          && !SampleNumber.isLegal(line.text(), line.labelValueStart(i), line.labelValueEnd(i))) {
        throw new MalformedExpositionException("a bucket or quantile that is not a number");
      }
    }
  }
}
