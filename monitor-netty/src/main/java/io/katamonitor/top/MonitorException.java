package io.katamonitor.top;

/** The monitor gave no table: the message is a sentence that says why. */
final class MonitorException extends Exception {
  private static final long serialVersionUID = 1L;

  MonitorException(String sentence) {
    super(sentence, null, false, false);
  }
}
