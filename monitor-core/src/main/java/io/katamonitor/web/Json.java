package io.katamonitor.web;

/** Writes JSON strings (RFC 8259 section 7). */
final class Json {
  private Json() {}

  /** Appends a string; safe inside HTML too, where a lazy client might put it. */
  static StringBuilder string(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' '
          || c == '<'
          || c == '>'
          || c == '&'
          || c == 0x7f
          || c == 0x2028
          || c == 0x2029) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          out.append(Character.forDigit((c >> shift) & 0xf, 16));
        }
      } else {
        out.append(c);
      }
    }
    return out.append('"');
  }

  /** Appends {@code "name":"value"}. */
  static StringBuilder member(StringBuilder out, String name, String value) {
    return string(string(out, name).append(':'), value);
  }
}
