package io.katamonitor.top;

import java.io.IOException;

/**
 * Reads keys: characters, and the sequences that terminals send for other keys (ECMA-48 CSI, and
 * SS3 of the application mode). Used by the thread that reads the terminal.
 */
final class Keys {
  static final String HELP =
      """
      Keys
        up down PgUp PgDn Home End (also j k)  select a sandbox; its details are at the bottom
        s state  n name  c CPU  m memory  l part of the limit  o overhead  a age  t last scrape
                                               sort by it; again: the other way round
        /                                      filter by text; Enter keeps it, Esc removes it
        space                                  request the table now
        h or ?                                 help
        q                                      quit
      """;

  /** The meaning of a key; CHARACTER comes with a code point. */
  enum Kind {
    CHARACTER,
    UP,
    DOWN,
    PAGE_UP,
    PAGE_DOWN,
    HOME,
    END,
    ENTER,
    ESCAPE,
    BACKSPACE,
    /** Ctrl-C or Ctrl-D, or the terminal is gone. */
    QUIT,
    /** A key without a function. */
    OTHER
  }

  record Key(Kind kind, int character) {
    static Key of(Kind kind) {
      return new Key(kind, 0);
    }
  }

  /** Source of characters. */
  interface Source {
    /** Waits without limit. */
    int FOREVER = 0;

    /**
     * The next UTF-16 unit.
     *
     * @param millis to wait at most, or {@link #FOREVER}
     * @return -1 at the end of the input, {@link #NOTHING} if there was none in time
     */
    int read(long millis) throws IOException;
  }

  /** No character arrived in time. */
  static final int NOTHING = -2;

  /**
   * Maximum delay between the units of a sequence, which arrive together, unlike keys that a person
   * types.
   */
  private static final int SEQUENCE_MILLIS = 50;

  /** No keyboard sends a longer sequence. */
  private static final int MAX_SEQUENCE = 16;

  private final Source source;

  Keys(Source source) {
    this.source = source;
  }

  /** Waits for the next key. */
  Key next() throws IOException {
    int c = source.read(Source.FOREVER);
    return switch (c) {
      case -1, 3, 4 -> Key.of(Kind.QUIT);
      case '\r', '\n' -> Key.of(Kind.ENTER);
      case 8, 127 -> Key.of(Kind.BACKSPACE);
      case 27 -> afterEscape();
      default -> {
        if (Character.isHighSurrogate((char) c)) {
          int low = source.read(SEQUENCE_MILLIS);
          yield low < 0
              ? Key.of(Kind.OTHER)
              : new Key(Kind.CHARACTER, Character.toCodePoint((char) c, (char) low));
        }
        yield c < ' ' ? Key.of(Kind.OTHER) : new Key(Kind.CHARACTER, c);
      }
    };
  }

  private Key afterEscape() throws IOException {
    int c = source.read(SEQUENCE_MILLIS);
    if (c == '[' || c == 'O') {
      return sequence();
    }
    return Key.of(c == NOTHING || c == -1 || c == 27 ? Kind.ESCAPE : Kind.OTHER);
  }

  /** Parameters, then one final character from @ to ~. */
  private Key sequence() throws IOException {
    int number = 0;
    for (int i = 0; i < MAX_SEQUENCE; i++) {
      int c = source.read(SEQUENCE_MILLIS);
      if (c < 0) {
        return Key.of(Kind.OTHER);
      }
      if (c >= '0' && c <= '9') {
        number = number * 10 + c - '0';
      } else if (c >= '@' && c <= '~') {
        return Key.of(c == '~' ? byNumber(number) : byLetter(c));
      }
    }
    return Key.of(Kind.OTHER);
  }

  private static Kind byLetter(int letter) {
    return switch (letter) {
      case 'A' -> Kind.UP;
      case 'B' -> Kind.DOWN;
      case 'H' -> Kind.HOME;
      case 'F' -> Kind.END;
      default -> Kind.OTHER;
    };
  }

  /** As VT220, rxvt and Linux number them. */
  private static Kind byNumber(int number) {
    return switch (number) {
      case 1, 7 -> Kind.HOME;
      case 4, 8 -> Kind.END;
      case 5 -> Kind.PAGE_UP;
      case 6 -> Kind.PAGE_DOWN;
      default -> Kind.OTHER;
    };
  }
}
