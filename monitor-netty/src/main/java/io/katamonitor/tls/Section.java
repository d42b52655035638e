package io.katamonitor.tls;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of a YAML document, all of whose scalars are text. The caller reads its keys one by
 * one; any key left at the end is unknown, which is an error. Errors name the key's path.
 */
final class Section {
  private final String path;
  private final Map<String, Object> left = new LinkedHashMap<>();

  private Section(String path, Map<?, ?> values) {
    this.path = path;
    values.forEach((key, value) -> left.put(String.valueOf(key), value == null ? "" : value));
  }

  static Section root(@Nullable Object document) throws SecuritySetupException {
    return of("", document == null ? "" : document);
  }

  private static Section of(String path, Object value) throws SecuritySetupException {
    if (value instanceof Map<?, ?> map) {
      return new Section(path, map);
    }
    if (isNothing(value)) {
      return new Section(path, Map.of());
    }
    throw new SecuritySetupException(
        (path.isEmpty() ? "the file" : path) + ": expected a mapping of keys and values");
  }

  private static boolean isNothing(Object value) {
    return value.equals("") || value.equals("~") || value.equals("null");
  }

  Section section(String key) throws SecuritySetupException {
    return of(pathOf(key), take(key));
  }

  /** The text of a key; empty if absent. */
  String text(String key) throws SecuritySetupException {
    return text(pathOf(key), take(key));
  }

  private static String text(String path, Object value) throws SecuritySetupException {
    if (value instanceof String text) {
      return text;
    }
    throw new SecuritySetupException(path + ": expected text");
  }

  /** The boolean value of a key, in any of YAML 1.1's spellings, which Go's library accepts too. */
  boolean truth(String key, boolean otherwise) throws SecuritySetupException {
    String text = text(key);
    return switch (text) {
      case "" -> otherwise;
      case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y" -> true;
      case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N" -> false;
      default -> throw rejected(key, "true or false", text);
    };
  }

  List<String> texts(String key) throws SecuritySetupException {
    Object value = take(key);
    if (isNothing(value)) {
      return List.of();
    }
    if (!(value instanceof List<?> list)) {
      throw new SecuritySetupException(pathOf(key) + ": expected a list");
    }
    var texts = new ArrayList<String>();
    for (int i = 0; i < list.size(); i++) {
      Object item = list.get(i);
      texts.add(text(pathOf(key) + "[" + i + "]", item == null ? "" : item));
    }
    return texts;
  }

  /** All keys not yet read, with their texts. */
  Map<String, String> allTexts() throws SecuritySetupException {
    var texts = new LinkedHashMap<String, String>();
    for (var key : List.copyOf(left.keySet())) {
      texts.put(key, text(key));
    }
    return texts;
  }

  Set<String> keys() {
    return Set.copyOf(left.keySet());
  }

  /** Fails for a key that was not read. */
  void end() throws SecuritySetupException {
    if (!left.isEmpty()) {
      throw new SecuritySetupException(
          pathOf(left.keySet().iterator().next()) + ": there is no such key");
    }
  }

  SecuritySetupException rejected(String key, String expected, String found) {
    return new SecuritySetupException(
        pathOf(key) + ": expected " + expected + ", but found \"" + found + "\"");
  }

  SecuritySetupException rejected(String key, String sentence) {
    return new SecuritySetupException(pathOf(key) + ": " + sentence);
  }

  private Object take(String key) {
    Object value = left.remove(key);
    return value == null ? "" : value;
  }

  /** The key, preceded by those of the enclosing sections. */
  String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
