package io.katamonitor.sandbox;

/**
 * Which of Kata's two runtimes a sandbox's shim belongs to. What is in its directory decides, not
 * the root's name.
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

  /** The word for it in responses and the log. */
  public String label() {
    return label;
  }
}
