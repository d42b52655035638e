package io.katamonitor.exposition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A comment line, parsed as HELP or TYPE line of a family. Any other comment is not inspected.
 *
 * <p>Reusable: holds positions in the text parsed last. Confined to one thread.
 */
public final class HeaderLine {
  /** Kind of a comment line. */
  public enum Kind {
    HELP,
    TYPE,
    /** Any other comment; ignored. */
    OTHER
  }

  private static final byte[] HELP = "HELP".getBytes(ISO_8859_1);
  private static final byte[] TYPE = "TYPE".getBytes(ISO_8859_1);

  private Kind kind = Kind.OTHER;
  private int nameStart;
  private int nameEnd;
  private int helpStart;
  private FamilyType type = FamilyType.UNTYPED;

  /**
   * Parses the comment of {@code [from, to)}, where {@code from} is after the {@code #} and {@code
   * to} is the position of the line feed.
   *
   * @throws MalformedExpositionException if it is a HELP or TYPE line with an error
   */
  public Kind parse(byte[] text, int from, int to) throws MalformedExpositionException {
    int word = TextScanner.skipBlanks(text, from, to);
    int wordEnd = TextScanner.endOfToken(text, word, to);
    nameStart = TextScanner.skipBlanks(text, wordEnd, to);
    kind = kindOf(text, word, wordEnd);
    if (kind == Kind.OTHER || nameStart == to) {
      kind = Kind.OTHER;
      return kind;
    }
    if (!TextScanner.isUtf8(text, from, to)) {
      throw new MalformedExpositionException("invalid UTF-8");
    }
    nameEnd = TextScanner.endOfMetricName(text, nameStart, to);
    if (nameEnd == nameStart || nameEnd != TextScanner.endOfToken(text, nameStart, to)) {
      throw new MalformedExpositionException("an illegal metric name in a HELP or TYPE line");
    }
    int rest = TextScanner.skipBlanks(text, nameEnd, to);
    if (kind == Kind.HELP) {
      parseHelp(text, rest, to);
    } else {
      parseType(text, rest, to);
    }
    return kind;
  }

  private static Kind kindOf(byte[] text, int word, int wordEnd) {
    if (Arrays.equals(text, word, wordEnd, HELP, 0, HELP.length)) {
      return Kind.HELP;
    }
    return Arrays.equals(text, word, wordEnd, TYPE, 0, TYPE.length) ? Kind.TYPE : Kind.OTHER;
  }

  private void parseHelp(byte[] text, int from, int to) throws MalformedExpositionException {
    helpStart = from;
    for (int i = from; i < to; i++) {
      if (text[i] == '\\' && (++i == to || (text[i] != '\\' && text[i] != 'n'))) {
        throw new MalformedExpositionException("an illegal escape in a HELP line");
      }
    }
  }

  private void parseType(byte[] text, int from, int to) throws MalformedExpositionException {
    int end = TextScanner.endOfToken(text, from, to);
    @Nullable FamilyType named = FamilyType.parse(text, from, end);
    if (named == null || TextScanner.skipBlanks(text, end, to) != to) {
      throw new MalformedExpositionException("an unknown type");
    }
    type = named;
  }

  /** Start of the family's name. */
  public int nameStart() {
    return nameStart;
  }

  /** End of the family's name. */
  public int nameEnd() {
    return nameEnd;
  }

  /** Start of the HELP text, which ends with the line and is still escaped. */
  public int helpStart() {
    return helpStart;
  }

  /** The type of a TYPE line. */
  public FamilyType type() {
    return type;
  }
}
