package io.katamonitor.config;

import java.util.Locale;

/**
 * Whether shims of runtime-rs are asked: those up to August 2026 abort on {@code /metrics} with the
 * hypervisors qemu and firecracker, and their pods with them.
 */
public enum RuntimeRsScrape {
  /** Those whose {@code state.json} names another hypervisor. */
  AUTO,
  ALWAYS,
  NEVER;

  private final String label = name().toLowerCase(Locale.ROOT);

  static RuntimeRsScrape parse(String text) {
    for (var choice : values()) {
      if (choice.label.equals(text)) {
        return choice;
      }
    }
    throw new IllegalArgumentException("expected auto, always or never");
  }

  @Override
  public String toString() {
    return label;
  }
}
