package io.katamonitor.sandbox;

/**
 * Which of Kata's two runtimes a sandbox's shim belongs to; they keep their state in different
 * storage roots.
 */
public enum ShimRuntime {
  /** The Go runtime: {@code /run/vc/sbs/ID}. */
  GO("go"),
  /** The Rust runtime: {@code /run/kata/ID}, with a {@code state.json} in it. */
  RUNTIME_RS("runtime-rs");

  private final String label;

  ShimRuntime(String label) {
    this.label = label;
  }

  /** The word that answers and logs use. */
  public String label() {
    return label;
  }
}
