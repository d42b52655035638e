package io.katamonitor;

/** The daemon cannot start; the message is one sentence for the operator. */
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  StartException(String sentence) {
    super(sentence);
  }
}
