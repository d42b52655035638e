package io.katamonitor.exposition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one body as it arrives: {@link #begin}, bytes into {@link #text}, {@link #advance}, again
 * and again, then {@link #finish} or {@link #discard}. A body is taken whole or not at all.
 *
 * <p>It expects each line to be the one that stood in its place in the body before: a comparison
 * and a look at the value is all such a line costs. A line that is not as expected is parsed by
 * {@link SampleLine}, after the rules of the format 0.0.4 where Go's {@code expfmt} and
 * Prometheus's parser both follow them.
 *
 * <p>Confined to one thread.
 */
public final class BodyDecoder {
  /** An unfinished line of more bytes is not looked through again with each read. */
  private static final int LONG_LINE = 64 * 1024;

  /** A longer line would not fit the heap while it is read, nor would a longer name's family. */
  private static final int MAX_LINE = 6 * 1024 * 1024;

  private static final int MAX_NAME = 8 * 1024;

  /** Integers of fewer digits cannot overflow a float64. */
  private static final int SAFE_DIGITS = 200;

  private static final byte[] HELP = "HELP".getBytes(ISO_8859_1);
  private static final byte[] TYPE = "TYPE".getBytes(ISO_8859_1);
  private static final byte[] LE = "le".getBytes(ISO_8859_1);
  private static final byte[] QUANTILE = "quantile".getBytes(ISO_8859_1);

  private final ShapeCache cache;
  private final DecoderScratch scratch;
  private final PagedBytes carry;
  private final FamilyFacts facts;
  private final Header header = new Header();
  private final SectionWriter sections;
  private boolean wantsMore;
  private boolean ended;

  public BodyDecoder(ShapeCache cache, PageStore store, DecoderScratch scratch) {
    this.cache = cache;
    this.scratch = scratch;
    this.carry = new PagedBytes(store);
    this.facts = new FamilyFacts(cache);
    this.sections = new SectionWriter(cache, store, scratch, facts, header);
  }

  /** Makes room for {@code more} bytes in {@link #text}; says where in it they are to be put. */
  public int begin(int more) {
    int kept = carry.length() > LONG_LINE ? 0 : carry.length();
    byte[] text = scratch.ensureText(kept + more);
    carry.copyTo(0, text, 0, kept);
    return kept;
  }

  /**
   * Where the bytes go that {@link #begin} made room for. Belongs to all decoders of the thread.
   */
  public byte[] text() {
    return scratch.text;
  }

  /**
   * Decodes what has come.
   *
   * @param end where in {@link #text} the new bytes end
   */
  public void advance(int end) throws MalformedExpositionException, MemoryExhaustedException {
    byte[] text = scratch.text;
    int from = 0;
    if (carry.length() > LONG_LINE) {
      sections.body().countBytes(end);
      if (carry.length() + end > MAX_LINE) {
        throw new MemoryExhaustedException("a line of more than " + MAX_LINE + " bytes");
      }
      int newline = Bytes.newline(text, 0, end);
      if (newline < 0) {
        carry.append(text, 0, end);
        return;
      }
      from = newline + 1;
      carry.append(text, 0, from);
      decodeCarry();
    } else {
      sections.body().countBytes(end - carry.length());
      carry.clear();
    }
    int position = decode(text, from, end);
    sections.flush();
    carry.append(text, position, end - position);
  }

  private void decodeCarry() throws MalformedExpositionException, MemoryExhaustedException {
    byte[] whole = new byte[carry.length()];
    carry.copyTo(0, whole, 0, whole.length);
    carry.clear();
    int position = 0;
    while (position < whole.length) {
      int newline = Bytes.newline(whole, position, whole.length);
      if (newline < 0) {
        throw new MalformedExpositionException("the last line has no line feed");
      }
      decodeLine(whole, position, newline);
      position = newline + 1;
    }
    sections.flush();
    scratch.shrink();
  }

  /** The body is complete: what it holds, for the caller to release. */
  public DecodedBody finish() throws MalformedExpositionException, MemoryExhaustedException {
    decodeCarry();
    sections.close();
    end();
    return sections.body();
  }

  /**
   * Gives all memory back; for a body that is not wanted any more. May be called at any time, and
   * again.
   */
  public void discard() {
    if (!ended) {
      end();
      sections.body().release();
    }
  }

  private void end() {
    ended = true;
    carry.clear();
    facts.release();
    sections.end();
  }

  /** Bytes of memory it takes, about. */
  public int bytesHeld() {
    return sections.body().bytesHeld() + carry.bytesHeld() + facts.bytesHeld();
  }

  /** Decodes lines; says where the first one begins that is not there whole. */
  private int decode(byte[] text, int from, int end)
      throws MalformedExpositionException, MemoryExhaustedException {
    sections.ensureRoom(end - from);
    int position = from;
    while (position < end) {
      if (text[position] == '\n') {
        position++;
        continue;
      }
      position = decodeExpected(text, position, end);
      if (position == end || wantsMore) {
        return position;
      }
      int newline = Bytes.newline(text, position, end);
      if (newline < 0) {
        return position;
      }
      decodeLine(text, position, newline);
      position = newline + 1;
    }
    return position;
  }

  /**
   * Decodes lines as long as they are those expected.
   *
   * @return where the first other one begins, or one that is not there whole; {@link #wantsMore} is
   *     set when it may be an expected one
   */
  private int decodeExpected(byte[] text, int from, int end) throws MemoryExhaustedException {
    wantsMore = false;
    int position = from;
    if (sections.isAtStart() && header.isEmpty()) {
      position = decodeHeader(cache.first, text, position, end);
    }
    while (position < end && sections.isMatching() && !sections.shape().family().isContested()) {
      position = decodeSamples(text, position, end);
      if (wantsMore || position == end) {
        return position;
      }
      if (text[position] != '#') {
        return position;
      }
      int behind = decodeHeader(sections.shape().next, text, position, end);
      if (behind == position && !wantsMore) {
        behind = decodeHeader(cache.guess(text, position, end), text, position, end);
      }
      if (behind == position) {
        return position;
      }
      position = behind;
    }
    return position;
  }

  /** Decodes samples of the open shape as long as they are those expected: the hot loop. */
  private int decodeSamples(byte[] text, int from, int end) {
    var shape = sections.shape();
    byte[] heads = shape.in();
    int[] headEnds = shape.inEnd();
    int lines = shape.lines();
    int line = sections.line();
    int head = shape.inStart(line);
    byte[] values = scratch.values;
    int to = sections.staged();
    int position = from;
    while (line < lines && position < end) {
      int headEnd = headEnds[line];
      int value = position + headEnd - head;
      if (value >= end) {
        wantsMore = Arrays.equals(text, position, end, heads, head, head + end - position);
        break;
      }
      if (!Arrays.equals(text, position, value, heads, head, headEnd)) {
        break;
      }
      int at = value;
      int start = to;
      byte c = text[at];
      while (c >= '0' && c <= '9' && ++at < end) {
        values[to++] = c;
        c = text[at];
      }
      if (c != '\n' || at == value || at - value >= SAFE_DIGITS) {
        to = start;
        at = Bytes.newline(text, at, end);
        if (at < 0) {
          wantsMore = true;
          break;
        }
        if (!SampleValue.isLegal(text, value, at)) {
          break;
        }
        for (int i = value; i < at; i++) {
          values[to++] = text[i];
        }
      }
      values[to++] = '\n';
      position = at + 1;
      head = headEnd;
      line++;
    }
    sections.matched(line, to);
    return position;
  }

  /**
   * Opens the shape if its header stands at {@code from}; says where that ends, {@code from} if it
   * does not.
   */
  private int decodeHeader(@Nullable FamilyShape next, byte[] text, int from, int end)
      throws MemoryExhaustedException {
    if (next == null
        || !next.isSelfContained()
        || next.family().isContested()
        || next.family().isForgotten()
        || facts.hasMet(next.family())) {
      return from;
    }
    byte[] expected = next.header();
    int length = Math.min(expected.length, end - from);
    if (!Arrays.equals(text, from, from + length, expected, 0, length)) {
      return from;
    }
    if (length < expected.length) {
      wantsMore = true;
      return from;
    }
    sections.closeMatching();
    facts.meet(next);
    sections.openMatching(next);
    return from + length;
  }

  private void decodeLine(byte[] text, int from, int newline)
      throws MalformedExpositionException, MemoryExhaustedException {
    int start = SampleLine.skipBlanks(text, from, newline);
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
    if (!Bytes.isUtf8(text, from, newline)) {
      throw new MalformedExpositionException("invalid UTF-8");
    }
    int word = SampleLine.skipBlanks(text, from, newline);
    int wordEnd = SampleLine.endOfToken(text, word, newline);
    boolean isHelp = Arrays.equals(text, word, wordEnd, HELP, 0, HELP.length);
    int name = SampleLine.skipBlanks(text, wordEnd, newline);
    if ((!isHelp && !Arrays.equals(text, word, wordEnd, TYPE, 0, TYPE.length)) || name == newline) {
      return;
    }
    int nameEnd = SampleLine.endOfName(text, name, newline, true);
    if (nameEnd == name || nameEnd != SampleLine.endOfToken(text, name, newline)) {
      throw new MalformedExpositionException("an illegal metric name in a HELP or TYPE line");
    }
    var family = family(text, name, nameEnd);
    sections.close();
    header.announce(family);
    facts.meet(family);
    int rest = SampleLine.skipBlanks(text, nameEnd, newline);
    if (isHelp) {
      decodeHelp(family, text, rest, newline);
    } else {
      decodeType(family, text, rest, newline);
    }
    header.append(text, lineStart, newline + 1);
  }

  private void decodeHelp(Family family, byte[] text, int from, int newline)
      throws MalformedExpositionException {
    if (facts.has(family, FamilyFacts.HELP)) {
      throw new MalformedExpositionException("a second HELP line");
    }
    for (int i = from; i < newline; i++) {
      if (text[i] == '\\' && (++i == newline || (text[i] != '\\' && text[i] != 'n'))) {
        throw new MalformedExpositionException("an illegal escape in a HELP line");
      }
    }
    facts.add(family, FamilyFacts.HELP);
    header.help(text, from, newline);
  }

  private void decodeType(Family family, byte[] text, int from, int newline)
      throws MalformedExpositionException {
    if (facts.has(family, FamilyFacts.TYPE)) {
      throw new MalformedExpositionException("a second TYPE line");
    }
    if (facts.has(family, FamilyFacts.SAMPLES)) {
      throw new MalformedExpositionException("a TYPE line behind samples");
    }
    int end = SampleLine.endOfToken(text, from, newline);
    var type = FamilyType.parse(text, from, end);
    if (type == null || SampleLine.skipBlanks(text, end, newline) != newline) {
      throw new MalformedExpositionException("an unknown type");
    }
    facts.declare(family, type);
    header.typed();
  }

  private void decodeSample(byte[] text, int from, int newline)
      throws MalformedExpositionException, MemoryExhaustedException {
    var parsed = scratch.line;
    parsed.parse(text, from, newline);
    var family = family(text, parsed.nameStart(), parsed.nameEnd());
    refuseUnreadableBound(parsed, facts.typeOf(family));
    sections.add(family, parsed, from);
  }

  private Family family(byte[] text, int from, int to) throws MemoryExhaustedException {
    if (to - from > MAX_NAME) {
      throw new MemoryExhaustedException("a metric name of more than " + MAX_NAME + " bytes");
    }
    return facts.resolve(text, from, to);
  }

  /**
   * Go's expfmt reads {@code le} and {@code quantile} as numbers wherever the family's type says
   * they are.
   */
  private static void refuseUnreadableBound(SampleLine parsed, FamilyType type)
      throws MalformedExpositionException {
    if (!type.hasParts()) {
      return;
    }
    byte[] bound = type == FamilyType.HISTOGRAM ? LE : QUANTILE;
    byte[] text = parsed.text();
    for (int i = 0; i < parsed.labelCount(); i++) {
      if (Arrays.equals(
              text, parsed.labelNameStart(i), parsed.labelNameEnd(i), bound, 0, bound.length)
          && !SampleValue.isLegal(text, parsed.labelValueStart(i), parsed.labelValueEnd(i))) {
        throw new MalformedExpositionException("a bucket or quantile that is no number");
      }
    }
  }
}
