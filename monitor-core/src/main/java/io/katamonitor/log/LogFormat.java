package io.katamonitor.log;

/** Format of a line of the log. */
public enum LogFormat {
  /** {@code key=value}, as logrus prints it. */
  TEXT,
  /** One JSON object a line. */
  JSON
}
