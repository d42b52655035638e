package io.katamonitor.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * A value that {@link JsonFields} picked.
 *
 * @param text a string's text without its escapes, a number as written, {@code true}, {@code false}
 *     or {@code null}; empty for an object or array
 */
record JsonValue(Kind kind, String text) {
  enum Kind {
    STRING,
    /** A number, {@code true}, {@code false} or {@code null}. */
    LITERAL,
    /** An object or an array. */
    CONTAINER
  }

  static final JsonValue OBJECT_OR_ARRAY = new JsonValue(Kind.CONTAINER, "");

  /** The text of a string that is not empty; null for all else, an absent value included. */
  static @Nullable String textOf(@Nullable JsonValue value) {
    return value != null && value.kind == Kind.STRING && !value.text.isEmpty() ? value.text : null;
  }

  static boolean isTrue(@Nullable JsonValue value) {
    return value != null && value.kind == Kind.LITERAL && value.text.equals("true");
  }
}
