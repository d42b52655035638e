package io.katamonitor.template;

/** A body has more samples than one shim may send. */
public final class TooManySamplesException extends Exception {
  private static final long serialVersionUID = 1L;

  TooManySamplesException(int maxSamples) {
    super("more than " + maxSamples + " samples", null, false, false);
  }
}
