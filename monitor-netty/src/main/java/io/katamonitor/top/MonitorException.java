package io.katamonitor.top;

/** No table could be got from the monitor; the message is one sentence with the reason. */
final class MonitorException extends Exception {
  private static final long serialVersionUID = 1L;

  MonitorException(String sentence) {
    super(sentence, null, false, false);
  }
}
