package io.katamonitor.exposition;

/**
 * A body that is not Prometheus text 0.0.4; the message says which rule it breaks and in which
 * line.
 */
public final class MalformedExpositionException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedExpositionException(String rule) {
    super(rule, null, false, false);
  }
}
