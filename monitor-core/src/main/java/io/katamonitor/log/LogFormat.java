package io.katamonitor.log;

/** How a line of the log looks. */
public enum LogFormat {
  /** {@code key=value}, as logrus prints it. */
  TEXT,
  /** One JSON object a line. */
  JSON
}
