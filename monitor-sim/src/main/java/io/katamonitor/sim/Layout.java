package io.katamonitor.sim;

/** The runtime that a simulated shim imitates: its storage root and its HTTP server. */
public enum Layout {
  /** {@code ROOT/vc/sbs/ID}, Go's net/http: chunked responses, profiles. */
  GO("vc/sbs"),
  /**
   * {@code ROOT/kata/ID} with a {@code state.json}, hyper: responses with a length, no profiles.
   */
  RUNTIME_RS("kata");

  private final String root;

  Layout(String root) {
    this.root = root;
  }

  /** The storage root, relative to the node's folder. */
  String root() {
    return root;
  }
}
