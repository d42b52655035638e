package io.katamonitor.sandbox;

/**
 * Which of Kata's two runtimes a sandbox's shim belongs to: determined by the content of its
 * directory, not by the root's name.
 */
public enum ShimRuntime {
  /** The Go runtime: usually in {@code /run/vc/sbs/ID}, with a {@code persist.json}. */
  GO("go"),
  /** The Rust runtime: usually in {@code /run/kata/ID}, with a {@code state.json}. */
  RUNTIME_RS("runtime-rs");

  private final String label;

  ShimRuntime(String label) {
    this.label = label;
  }

  /** Its name in responses and the log. */
  public String label() {
    return label;
  }
}
