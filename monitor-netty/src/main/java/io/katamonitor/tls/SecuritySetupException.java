package io.katamonitor.tls;

/** A certificate, key or configuration that cannot be used; the message is a sentence. */
public final class SecuritySetupException extends Exception {
  private static final long serialVersionUID = 1L;

  SecuritySetupException(String sentence) {
    super(sentence);
  }
}
