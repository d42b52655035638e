package io.katamonitor.web;

/**
 * Writes HTML to a text. All text goes through {@link #text}, also that of the monitor itself;
 * markup is constant.
 */
final class Html {
  /** Longest name or message shown: of a longer one the rest is cut. */
  private static final int MAX_TEXT = 1024;

  private final StringBuilder out;

  Html(StringBuilder out) {
    this.out = out;
  }

  /** Appends markup of the page itself, without escaping. */
  Html markup(String markup) {
    out.append(markup);
    return this;
  }

  /**
   * Appends text, fit for content and for attributes in double quotes. Invisible characters, and
   * those that reverse the direction of text, are shown as {@code �}; control characters as their
   * pictures.
   */
  Html text(String text) {
    int length = Math.min(text.length(), MAX_TEXT);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(visible(c));
      }
    }
    if (length < text.length()) {
      out.append('…');
    }
    return this;
  }

  /** {@code page.js} has the same rule. */
  private static char visible(char c) {
    if (c < ' ') {
      return (char) ('\u2400' + c);
    }
    boolean isHidden =
        (c >= 0x7f && c <= 0x9f)
            || c == 0xad
            || c == 0x61c
            || (c >= 0x200b && c <= 0x200f)
            || (c >= 0x2028 && c <= 0x202e)
            || (c >= 0x2060 && c <= 0x206f)
            || c == 0xfeff;
    return isHidden ? '\ufffd' : c;
  }

  /** A value that may be in any script, kept apart from the text around it. */
  Html isolated(String text) {
    return markup("<bdi>").text(text).markup("</bdi>");
  }
}
