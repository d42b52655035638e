package io.katamonitor.top;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import org.jline.utils.WCWidth;

/**
 * Escapes text of pods, runtimes, guests and monitors for a terminal. Characters that could move
 * the cursor, change colours, reverse the order of letters or be invisible are written as, for
 * example, {@code <U+001B>}: control characters (of both sets), format characters (bidirectional
 * overrides and isolates, zero-width ones), line separators, combining marks, flags and skin tones
 * (terminals differ in whether they combine), unassigned characters, letters of scripts that run
 * from right to left (a terminal that reorders them would move the columns beside them), and
 * characters that the terminal's character set lacks. Used by one thread.
 */
final class SafeText {
  private final CharsetEncoder encoder;

  SafeText(Charset charset) {
    encoder = charset.newEncoder();
  }

  String of(String text) {
    int at = 0;
    while (at < text.length() && isPlain(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      return text;
    }
    var safe = new StringBuilder(text.length() + 16);
    safe.append(text, 0, at);
    while (at < text.length()) {
      int c = text.codePointAt(at);
      int length = Character.charCount(c);
      if (isPlain(c) || (isVisible(c) && encoder.canEncode(text.substring(at, at + length)))) {
        safe.appendCodePoint(c);
      } else {
        safe.append("<U+");
        for (int shift = c > 0xffff ? 20 : 12; shift >= 0; shift -= 4) {
          safe.append(Character.toUpperCase(Character.forDigit((c >> shift) & 0xf, 16)));
        }
        safe.append('>');
      }
      at += length;
    }
    return safe.toString();
  }

  /** Equivalent JSON in ASCII: only its strings contain characters to escape. */
  static String json(String json) {
    var safe = new StringBuilder(json.length() + 16);
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (isPlain(c) || c == '\n') {
        safe.append(c);
      } else if (c == '\t' || c == '\r') {
        safe.append(' ');
      } else {
        safe.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          safe.append(Character.forDigit((c >> shift) & 0xf, 16));
        }
      }
    }
    return safe.toString();
  }

  /** Printable ASCII, which every character set has. */
  private static boolean isPlain(int c) {
    return c >= ' ' && c <= '~';
  }

  private static boolean isVisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.COMBINING_SPACING_MARK,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> WCWidth.wcwidth(c) > 0 && !isRightToLeft(c) && !Character.isEmojiComponent(c);
    };
  }

  private static boolean isRightToLeft(int c) {
    return switch (Character.getDirectionality(c)) {
      case Character.DIRECTIONALITY_RIGHT_TO_LEFT,
          Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC,
          Character.DIRECTIONALITY_ARABIC_NUMBER ->
          true;
      default -> false;
    };
  }
}
