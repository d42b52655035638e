package io.katamonitor.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * A sandbox's id, as assigned by the container runtime: {@code ^[a-zA-Z0-9][a-zA-Z0-9_.-]+$}, the
 * rule of containerd's identifiers. This makes an id safe as a path component, in a log line and in
 * a label value.
 */
public record SandboxId(String value) implements Comparable<SandboxId> {
  public SandboxId {
    if (!isLegal(value)) {
      throw new IllegalArgumentException("not a legal sandbox id");
    }
  }

  /** Parses an id; null if the text is not a valid one. */
  public static @Nullable SandboxId parse(@Nullable String text) {
    return text != null && isLegal(text) ? new SandboxId(text) : null;
  }

  private static boolean isLegal(String text) {
    if (text.length() < 2 || !isAlphanumeric(text.charAt(0))) {
      return false;
    }
    for (int i = 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isAlphanumeric(c) && c != '_' && c != '.' && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  // By hand, as in Pod and Sandbox: what a record brings along is linked at its first use, which no
  // AOT cache does in advance: several milliseconds of the start.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SandboxId id && value.equals(id.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public int compareTo(SandboxId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
