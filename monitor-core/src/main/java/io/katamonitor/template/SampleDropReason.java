package io.katamonitor.template;

import java.util.Locale;

/** Which limit a dropped sample exceeds: {@code kata_monitor_samples_dropped_total{reason}}. */
public enum SampleDropReason {
  /** Its metric name is too long. */
  NAME,
  /** It has too many labels. */
  LABELS,
  /** One of its label names is too long. */
  LABEL_NAME,
  /** One of its label values is too long. */
  LABEL_VALUE;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** Value of the {@code reason} label. */
  public String label() {
    return label;
  }
}
