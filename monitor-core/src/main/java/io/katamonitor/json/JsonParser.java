package io.katamonitor.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.katamonitor.json.JsonFields.Node;
import java.io.ByteArrayOutputStream;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * One pass over one JSON document (RFC 8259), by recursive descent; for {@link JsonFields}. Used
 * once, by one thread.
 */
final class JsonParser {
  /**
   * Of a longer text the rest is validated and left out: several threads read files, and texts of a
   * megabyte with escapes would not fit the heap.
   */
  static final int MAX_TEXT_BYTES = 8192;

  private final byte[] json;
  private final int length;
  private final JsonFields.ElementConsumer consumer;
  private @Nullable JsonValue[] picked = {};
  private BitSet seen = new BitSet();
  private int at;

  JsonParser(byte[] json, int length, JsonFields.ElementConsumer consumer) {
    this.json = json;
    this.length = length;
    this.consumer = consumer;
  }

  @Nullable JsonValue[] document(JsonFields fields) throws MalformedJsonException {
    var values = fieldsOf(fields, 0);
    skipBlanks();
    if (at < length) {
      throw malformed("expected the end of the document");
    }
    return values;
  }

  /** Parses an object, of which these fields are picked. */
  private @Nullable JsonValue[] fieldsOf(JsonFields fields, int depth)
      throws MalformedJsonException {
    skipBlanks();
    if (peek() != '{') {
      throw malformed("expected an object");
    }
    var outerPicked = picked;
    var outerSeen = seen;
    var values = fields.newValues();
    picked = values;
    seen = fields.newSeen();
    value(fields.root, depth);
    picked = outerPicked;
    seen = outerSeen;
    return values;
  }

  /**
   * Parses a value.
   *
   * @param node the node of the requested paths at this value; null if the value is on none of them
   */
  private void value(@Nullable Node node, int depth) throws MalformedJsonException {
    if (depth > JsonFields.MAX_DEPTH) {
      throw malformed("more than " + JsonFields.MAX_DEPTH + " levels of nesting");
    }
    skipBlanks();
    boolean isWanted = node != null && node.path >= 0;
    JsonValue value;
    int c = peek();
    if (c == '{') {
      object(node, depth);
      value = JsonValue.OBJECT_OR_ARRAY;
    } else if (c == '[') {
      array(node, depth);
      value = JsonValue.OBJECT_OR_ARRAY;
    } else if (c == '"' && !isWanted) {
      skipString();
      return;
    } else if (c == '"') {
      value = new JsonValue(JsonValue.Kind.STRING, string());
    } else {
      value = new JsonValue(JsonValue.Kind.LITERAL, literal());
    }
    if (node != null && isWanted) {
      picked[node.path] = value;
    }
  }

  private void object(@Nullable Node node, int depth) throws MalformedJsonException {
    at++;
    if (take('}')) {
      return;
    }
    do {
      skipBlanks();
      Node child = null;
      if (node == null || node.children.isEmpty()) {
        skipString();
      } else {
        child = node.child(string());
        if (child != null) {
          markSeen(child);
        }
      }
      expect(':');
      value(child, depth + 1);
    } while (take(','));
    expect('}');
  }

  private void markSeen(Node node) throws MalformedJsonException {
    if (seen.get(node.number)) {
      throw malformed("\"" + node.name + "\" is given twice");
    }
    seen.set(node.number);
  }

  private void array(@Nullable Node node, int depth) throws MalformedJsonException {
    at++;
    if (take(']')) {
      return;
    }
    var elements = node == null ? null : node.elements;
    do {
      if (node == null || elements == null) {
        value(null, depth + 1);
      } else {
        consumer.accept(node.arrayPath, fieldsOf(elements, depth + 1));
      }
    } while (take(','));
    expect(']');
  }

  /** The text of the string that begins here. */
  private String string() throws MalformedJsonException {
    int start = at + 1;
    skipString();
    int end = textEnd(start, at - 1);
    for (int i = start; i < end; i++) {
      if (json[i] == '\\') {
        return unescaped(start, end);
      }
    }
    return new String(json, start, end - start, UTF_8);
  }

  private static int textEnd(int start, int end) {
    return Math.min(end, start + MAX_TEXT_BYTES);
  }

  /** Validates a string and stops after its closing quote. */
  private void skipString() throws MalformedJsonException {
    if (peek() != '"') {
      throw malformed("expected a string");
    }
    at++;
    while (peek() != '"') {
      int c = json[at++];
      if (c >= 0 && c < ' ') {
        throw malformed("a control character in a string");
      }
      if (c == '\\') {
        skipEscape();
      }
    }
    at++;
  }

  private void skipEscape() throws MalformedJsonException {
    int c = peek();
    at++;
    if (c == 'u') {
      for (int i = 0; i < 4; i++) {
        if (Character.digit(peek(), 16) < 0) {
          throw malformed("expected four hexadecimal digits");
        }
        at++;
      }
    } else if ("\"\\/bfnrt".indexOf(c) < 0) {
      throw malformed("an unknown escape");
    }
  }

  /** Removes the escapes of a string that is known to be valid. */
  private String unescaped(int start, int end) {
    var bytes = new ByteArrayOutputStream(end - start);
    var text = new StringBuilder(end - start);
    int i = start;
    while (i < end) {
      if (json[i] != '\\') {
        bytes.write(json[i++]);
        continue;
      }
      text.append(bytes.toString(UTF_8));
      bytes.reset();
      char c = (char) json[i + 1];
      i += 2;
      if (c == 'u') {
        text.append((char) Integer.parseInt(new String(json, i, 4, UTF_8), 16));
        i += 4;
      } else {
        int control = "bfnrt".indexOf(c);
        text.append(control < 0 ? c : "\b\f\n\r\t".charAt(control));
      }
    }
    return text.append(bytes.toString(UTF_8)).toString();
  }

  /** A number, {@code true}, {@code false} or {@code null}. */
  private String literal() throws MalformedJsonException {
    int start = at;
    while (at < length && isLiteral(json[at])) {
      at++;
    }
    var text = new String(json, start, textEnd(start, at) - start, UTF_8);
    if (!text.equals("true") && !text.equals("false") && !text.equals("null") && !isNumber(text)) {
      at = start;
      throw malformed("expected a value");
    }
    return text;
  }

  /**
   * Whether the text may be a number. The order of its characters is not checked: a half-written
   * file is detected by its missing end.
   */
  private static boolean isNumber(String text) {
    int first = text.startsWith("-") ? 1 : 0;
    if (text.length() == first || !isDigit(text.charAt(first))) {
      return false;
    }
    for (int i = first; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isDigit(c) && "eE+-.".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLiteral(byte c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == 'E' || "+-.".indexOf(c) >= 0;
  }

  private void expect(char wanted) throws MalformedJsonException {
    if (!take(wanted)) {
      throw malformed("expected '" + wanted + "'");
    }
  }

  private boolean take(char wanted) throws MalformedJsonException {
    skipBlanks();
    boolean isThere = peek() == wanted;
    if (isThere) {
      at++;
    }
    return isThere;
  }

  private int peek() throws MalformedJsonException {
    if (at >= length) {
      throw malformed("the document ends too early");
    }
    return json[at];
  }

  private void skipBlanks() {
    while (at < length
        && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
      at++;
    }
  }

  private MalformedJsonException malformed(String problem) {
    return new MalformedJsonException(problem, at);
  }
}
