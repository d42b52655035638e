package io.katamonitor.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The hypervisor of a runtime-rs sandbox, out of the {@code state.json} its shim keeps ({@code
 * SandboxState} and {@code HypervisorState} in Kata's {@code runtime-rs/crates}): the text at
 * {@code hypervisor.hypervisor_type}. The whole file has to be JSON, so that one half written tells
 * nothing.
 */
final class HypervisorState {
  static final String FILE_NAME = "state.json";

  /** Real ones have some 3 KiB. */
  private static final int MAX_BYTES = 1 << 20;

  /** Nesting past this is no state of Kata's; the reader recurses. */
  private static final int MAX_DEPTH = 64;

  private static final String[] ROUTE = {"hypervisor", "hypervisor_type"};
  private static final int OFF_ROUTE = -1;

  private final String json;
  private int at;
  private @Nullable String hypervisor;

  private HypervisorState(String json) {
    this.json = json;
  }

  /** Null where the file is missing, too long, no JSON, or names no hypervisor. */
  static @Nullable String read(Path folder) {
    var file = folder.resolve(FILE_NAME);
    try {
      var attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      // A FIFO would hold the reader for ever.
      if (!attributes.isRegularFile() || attributes.size() > MAX_BYTES) {
        return null;
      }
      try (var in = Files.newInputStream(file)) {
        return parse(new String(in.readNBytes(MAX_BYTES), UTF_8));
      }
    } catch (IOException e) {
      return null;
    }
  }

  static @Nullable String parse(String json) {
    var reader = new HypervisorState(json);
    try {
      reader.value(0, 0);
      reader.blanks();
      return reader.at == json.length() ? reader.hypervisor : null;
    } catch (NotJson | IndexOutOfBoundsException | NumberFormatException e) {
      return null;
    }
  }

  /**
   * Reads a value.
   *
   * @param route how many names of {@link #ROUTE} lead to it, or {@link #OFF_ROUTE}
   */
  private void value(int route, int depth) throws NotJson {
    if (depth > MAX_DEPTH) {
      throw new NotJson();
    }
    blanks();
    switch (json.charAt(at)) {
      case '{' -> object(route, depth);
      case '[' -> array(depth);
      case '"' -> {
        var text = string();
        if (route == ROUTE.length && !text.isBlank()) {
          hypervisor = text;
        }
      }
      default -> literal();
    }
  }

  private void object(int route, int depth) throws NotJson {
    at++;
    if (next('}')) {
      return;
    }
    do {
      blanks();
      var name = string();
      expect(':');
      boolean onRoute = route >= 0 && route < ROUTE.length && name.equals(ROUTE[route]);
      value(onRoute ? route + 1 : OFF_ROUTE, depth + 1);
    } while (next(','));
    expect('}');
  }

  private void array(int depth) throws NotJson {
    at++;
    if (next(']')) {
      return;
    }
    do {
      value(OFF_ROUTE, depth + 1);
    } while (next(','));
    expect(']');
  }

  private String string() throws NotJson {
    expect('"');
    var text = new StringBuilder();
    for (char c = json.charAt(at++); c != '"'; c = json.charAt(at++)) {
      text.append(c == '\\' ? escaped() : c);
    }
    return text.toString();
  }

  private char escaped() throws NotJson {
    char c = json.charAt(at++);
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        at += 4;
        yield (char) Integer.parseInt(json, at - 4, at, 16);
      }
      default -> throw new NotJson();
    };
  }

  /** A number, true, false or null; which one does not matter here. */
  private void literal() throws NotJson {
    int start = at;
    while (at < json.length() && isLiteral(json.charAt(at))) {
      at++;
    }
    if (at == start) {
      throw new NotJson();
    }
  }

  private static boolean isLiteral(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || "E+-.".indexOf(c) >= 0;
  }

  private void expect(char wanted) throws NotJson {
    if (!next(wanted)) {
      throw new NotJson();
    }
  }

  private boolean next(char wanted) {
    blanks();
    boolean there = json.charAt(at) == wanted;
    if (there) {
      at++;
    }
    return there;
  }

  private void blanks() {
    while (at < json.length() && " \t\r\n".indexOf(json.charAt(at)) >= 0) {
      at++;
    }
  }

  private static final class NotJson extends Exception {
    private static final long serialVersionUID = 1L;
  }
}
