package io.katamonitor.exposition;

/** A body that is not Prometheus text 0.0.4. The message names the rule that it breaks. */
public final class MalformedExpositionException extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedExpositionException(String rule) {
    super(rule, null, false, false);
  }
}
