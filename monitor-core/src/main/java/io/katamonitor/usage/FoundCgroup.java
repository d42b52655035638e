package io.katamonitor.usage;

/** A cgroup with its path relative to the mount, without a leading slash. */
record FoundCgroup(String path, Cgroup cgroup) {
  /** Whether this is {@code other} or below it. */
  boolean isInside(String other) {
    return path.startsWith(other)
        && (path.length() == other.length() || path.charAt(other.length()) == '/');
  }
}
