package io.katamonitor.usage;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Decides to which sandbox a cgroup path belongs. The paths come from state files that shims write,
 * so one could name another sandbox's cgroup. A path that contains a sandbox's id belongs to that
 * sandbox. A path without an id belongs to no sandbox if two sandboxes record it, or if it is above
 * another sandbox's path, whose usage it would include.
 *
 * <p>Filled for all sandboxes, then queried. Confined to the file thread.
 */
final class ClaimedPaths {
  /** Claimed by more than one. */
  private static final String SEVERAL = "";

  private final Set<String> ids = new HashSet<>();
  private final Map<String, String> claims = new HashMap<>();
  private final Map<String, String> claimsBelow = new HashMap<>();

  void addSandbox(String id) {
    ids.add(id);
  }

  void claim(String id, String path) {
    add(claims, path, id);
    for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      add(claimsBelow, path.substring(0, slash), id);
    }
  }

  private static void add(Map<String, String> claims, String path, String id) {
    var other = claims.putIfAbsent(path, id);
    if (other != null && !other.equals(id)) {
      claims.put(path, SEVERAL);
    }
  }

  /** Whether {@code path}, which the sandbox {@code id} claimed, belongs to it. */
  boolean isGranted(String id, String path) {
    if (hasId(path, id)) {
      return true;
    }
    return id.equals(claims.get(path))
        && id.equals(claimsBelow.getOrDefault(path, id))
        && !hasAnyId(path);
  }

  private static boolean hasId(String path, String id) {
    for (int i = path.indexOf(id); i >= 0; i = path.indexOf(id, i + 1)) {
      if (startsId(path, i) && endsId(path, i + id.length())) {
        return true;
      }
    }
    return false;
  }

  private boolean hasAnyId(String path) {
    for (int begin = 0; begin < path.length(); begin++) {
      if (startsId(path, begin)) {
        for (int end = begin + 1; end <= path.length(); end++) {
          if (endsId(path, end) && ids.contains(path.substring(begin, end))) {
            return true;
          }
          if (end < path.length() && path.charAt(end) == '/') {
            break;
          }
        }
      }
    }
    return false;
  }

  private static boolean startsId(String path, int at) {
    return at == 0 || "/_-:".indexOf(path.charAt(at - 1)) >= 0;
  }

  private static boolean endsId(String path, int at) {
    return at == path.length()
        || path.charAt(at) == '/'
        || path.charAt(at) == ':'
        || path.startsWith(".scope", at)
        || path.startsWith(".slice", at);
  }
}
