package io.katamonitor.server;

/**
 * Serves the requests of one path, or of one tree of paths. Called on the event loop; must not
 * block.
 */
@FunctionalInterface
public interface Endpoint {
  /**
   * Responds, now or later on the same event loop, by exactly one of the exchange's ways to end.
   */
  void serve(Exchange exchange);
}
