package io.katamonitor.server;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The target of a request line: what is between method and version (RFC 9112 section 3.2), in
 * origin or absolute form.
 *
 * @param path decoded once and without empty, {@code .} and {@code ..} segments
 * @param isClean whether the path was sent like that
 * @param query as sent, without the question mark
 */
record RequestTarget(
    String path, boolean isClean, String query, Map<String, List<String>> parameters) {
  /**
   * Parses a target; null when it is malformed, or when its decoding hides a separator, a dot
   * segment or a control character. A backslash, encoded or not, is no part of a path (RFC 3986),
   * and for some clients a separator.
   */
  static @Nullable RequestTarget parse(String target) {
    for (int i = 0; i < target.length(); i++) {
      if (target.charAt(i) <= ' ' || target.charAt(i) >= 0x7F) {
        return null;
      }
    }
    String local = withoutAuthority(target);
    if (!local.startsWith("/") || local.indexOf('#') >= 0) {
      return null;
    }
    int mark = local.indexOf('?');
    String rawPath = mark < 0 ? local : local.substring(0, mark);
    String query = mark < 0 ? "" : local.substring(mark + 1);
    String path = decoded(rawPath);
    if (path == null || path.indexOf('\\') >= 0) {
      return null;
    }
    String clean = cleaned(path);
    try {
      return new RequestTarget(clean, clean.equals(path), query, parameters(query));
    } catch (IllegalArgumentException malformedEscape) {
      return null;
    }
  }

  /** How many parameters a query has; those past the limit are not in {@link #parameters}. */
  static int countParameters(String query) {
    int count = 0;
    int from = 0;
    while (from < query.length()) {
      int end = query.indexOf('&', from);
      if (end < 0) {
        end = query.length();
      }
      if (end > from) {
        count++;
      }
      from = end + 1;
    }
    return count;
  }

  private static String withoutAuthority(String target) {
    int scheme =
        target.regionMatches(true, 0, "http://", 0, 7)
            ? 7
            : target.regionMatches(true, 0, "https://", 0, 8) ? 8 : 0;
    if (scheme == 0) {
      return target;
    }
    int end = scheme;
    while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
      end++;
    }
    String local = target.substring(end);
    return local.startsWith("/") ? local : "/" + local;
  }

  private static Map<String, List<String>> parameters(String query) {
    return query.isEmpty()
        ? Map.of()
        : new QueryStringDecoder(
                query, StandardCharsets.UTF_8, false, ServerLimits.QUERY_PARAMETERS, true)
            .parameters();
  }

  private static @Nullable String decoded(String path) {
    if (path.indexOf('%') < 0) {
      return path;
    }
    var bytes = new ByteArrayOutputStream(path.length());
    for (int i = 0; i < path.length(); i++) {
      int value = path.charAt(i);
      if (value == '%') {
        value = i + 2 < path.length() ? octet(path.charAt(i + 1), path.charAt(i + 2)) : -1;
        if (value < ' ' || value == 0x7F || value == '/' || value == '.') {
          return null;
        }
        i += 2;
      }
      bytes.write(value);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static int octet(char high, char low) {
    int first = Character.digit(high, 16);
    int second = Character.digit(low, 16);
    return first < 0 || second < 0 ? -1 : first << 4 | second;
  }

  private static String cleaned(String path) {
    if (!path.contains("//") && !path.contains("/.")) {
      return path;
    }
    var segments = new ArrayList<String>();
    for (var segment : path.split("/", -1)) {
      switch (segment) {
        case "", "." -> {}
        case ".." -> {
          if (!segments.isEmpty()) {
            segments.removeLast();
          }
        }
        default -> segments.add(segment);
      }
    }
    String joined = "/" + String.join("/", segments);
    return path.endsWith("/") && !joined.endsWith("/") ? joined + "/" : joined;
  }
}
