package io.katamonitor.web;

/**
 * Writes HTML to a {@code StringBuilder}. All text is escaped by {@link #text}, including the
 * monitor's own; markup is constant.
 */
final class Html {
  /** Maximum length of a name or message; a longer one is truncated. */
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
   * Appends text, escaped for content and for attributes in double quotes. Invisible characters,
   * and those that reverse the direction of text, are shown as {@code �}; control characters as
   * their pictures.
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

  /**
   * Appends a value that may be in any script, isolated from the direction of the surrounding text.
   */
  Html isolated(String text) {
    return markup("<bdi>").text(text).markup("</bdi>");
  }
}
