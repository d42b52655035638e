package io.katamonitor.usage;

import io.katamonitor.sandbox.ShimRuntime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a cgroup path as a runtime records it into the paths, relative to the cgroup mount, where
 * the cgroup may be. {@code /kubepods/podX/kata_ID} gives {@code kubepods/podX/kata_ID}; {@code
 * kubepods-podX.slice:cri-containerd:ID} gives {@code
 * kubepods.slice/kubepods-podX.slice/cri-containerd-ID.scope} if read as a scope, and a top-level
 * directory of exactly that name if read literally.
 *
 * <p>Which of the two it is: the Go runtime decides by {@code sandbox_cgroup_only} (true: scope;
 * src/runtime/pkg/resourcecontrol), runtime-rs used the literal up to 3.19 and the scope from 3.20
 * on (src/runtime-rs/crates/resource/src/cgroups), so both are tried.
 *
 * <p>Rejected, with no path as the result: an empty path, cgroups that all sandboxes share, {@code
 * .} and {@code ..}, characters outside printable ASCII, and paths longer than {@link #MAX_LENGTH}.
 */
final class RecordedPath {
  /** Real ones have some 200 characters. */
  static final int MAX_LENGTH = 1024;

  private static final String SLICE = ".slice";

  /** Cgroups that the Go runtime shares among sandboxes, in this or in older releases. */
  private static final List<String> SHARED = List.of("vc", "kata_vc", "kata_overhead");

  private RecordedPath() {}

  /** The relative paths to try, most likely first; empty if {@code recorded} is rejected. */
  static List<String> candidates(String recorded, ShimRuntime runtime, boolean sandboxCgroupOnly) {
    var literal = normalized(recorded);
    if (literal == null) {
      return List.of();
    }
    int prefix = literal.indexOf(':');
    int name = prefix < 0 ? -1 : literal.indexOf(':', prefix + 1);
    boolean systemd =
        name > 0
            && literal.indexOf(':', name + 1) < 0
            && literal.indexOf('/') < 0
            && literal.startsWith(SLICE, prefix - SLICE.length());
    if (!systemd || (runtime == ShimRuntime.GO && !sandboxCgroupOnly)) {
      return List.of(literal);
    }
    var scope =
        scope(
            literal.substring(0, prefix),
            literal.substring(prefix + 1, name),
            literal.substring(name + 1),
            runtime);
    if (runtime == ShimRuntime.GO) {
      return scope == null ? List.of() : List.of(scope);
    }
    return scope == null ? List.of(literal) : List.of(scope, literal);
  }

  /** The path without leading and repeated slashes; null if it is rejected. */
  private static @Nullable String normalized(String recorded) {
    if (recorded.length() > MAX_LENGTH) {
      return null;
    }
    var path = new StringBuilder(recorded.length());
    int begin = 0;
    for (int i = 0; i <= recorded.length(); i++) {
      char c = i < recorded.length() ? recorded.charAt(i) : '/';
      if (c <= ' ' || c > '~') {
        return null;
      }
      if (c == '/') {
        if (i > begin) {
          var component = recorded.substring(begin, i);
          if (component.equals(".") || component.equals("..")) {
            return null;
          }
          path.append(path.isEmpty() ? "" : "/").append(component);
        }
        begin = i + 1;
      }
    }
    var normalized = path.toString();
    return normalized.isEmpty() || SHARED.contains(normalized) ? null : normalized;
  }

  private static @Nullable String scope(
      String slice, String prefix, String name, ShimRuntime runtime) {
    var folder = expanded(slice);
    if (folder == null || name.isEmpty()) {
      return null;
    }
    if (runtime == ShimRuntime.RUNTIME_RS && name.endsWith(SLICE)) {
      return folder + name;
    }
    boolean bare = runtime == ShimRuntime.RUNTIME_RS && prefix.isEmpty();
    return folder + (bare ? name : prefix + "-" + name) + ".scope";
  }

  /**
   * The directory of a slice with a slash after it: {@code a-b.slice} is {@code
   * a.slice/a-b.slice/}, {@code -.slice} the root. Null where systemd would reject the name.
   */
  private static @Nullable String expanded(String slice) {
    var name = slice.substring(0, slice.length() - SLICE.length());
    if (name.equals("-")) {
      return "";
    }
    if (name.isEmpty() || name.startsWith("-") || name.endsWith("-") || name.contains("--")) {
      return null;
    }
    var folder = new StringBuilder();
    for (int dash = name.indexOf('-'); dash >= 0; dash = name.indexOf('-', dash + 1)) {
      folder.append(name, 0, dash).append(SLICE).append('/');
    }
    return folder.append(slice).append('/').toString();
  }
}
