package io.katamonitor.json;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A value that {@link JsonFields} picked.
 *
 * @param text a string's text without its escapes, a number as written, {@code true}, {@code false}
 *     or {@code null}; empty for an object or array
 */
public record JsonValue(Kind kind, String text) {
  public enum Kind {
    STRING,
    /** A number, {@code true}, {@code false} or {@code null}. */
    LITERAL,
    /** An object or an array. */
    CONTAINER
  }

  public static final JsonValue OBJECT_OR_ARRAY = new JsonValue(Kind.CONTAINER, "");

  /** The text of a non-empty string; null for anything else, an absent value included. */
  public static @Nullable String textOf(@Nullable JsonValue value) {
    return value != null && value.kind == Kind.STRING && !value.text.isEmpty() ? value.text : null;
  }

  public static boolean isTrue(@Nullable JsonValue value) {
    return value != null && value.kind == Kind.LITERAL && value.text.equals("true");
  }

  /** The number; empty for anything else, and for an invalid number. */
  public static OptionalDouble numberOf(@Nullable JsonValue value) {
    if (value == null || value.kind != Kind.LITERAL) {
      return OptionalDouble.empty();
    }
    try {
      double number = Double.parseDouble(value.text);
      return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }
}
