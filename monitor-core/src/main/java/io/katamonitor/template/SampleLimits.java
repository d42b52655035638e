package io.katamonitor.template;

import io.katamonitor.exposition.SampleLine;
import org.jspecify.annotations.Nullable;

/**
 * Limits of one sample, in bytes and labels. A sample that exceeds one is dropped and counted; the
 * rest of its body stays. With the monitor's prefix and labels added, what passes stays below the
 * {@code label_limit} (64), {@code label_name_length_limit} (256) and {@code
 * label_value_length_limit} (1,024) of the shipped Prometheus configurations. Stateless.
 */
final class SampleLimits {
  /** Of the metric name as the shim sends it. */
  static final int MAX_NAME = 200;

  static final int MAX_LABELS = 32;
  static final int MAX_LABEL_NAME = 128;

  /** Of the value without its escapes. */
  static final int MAX_LABEL_VALUE = 1024;

  private SampleLimits() {}

  /** Which limit the sample exceeds; null if none. */
  static @Nullable SampleDropReason exceededBy(SampleLine line) {
    if (line.nameEnd() - line.nameStart() > MAX_NAME) {
      return SampleDropReason.NAME;
    }
    int labels = line.labelCount();
    if (labels > MAX_LABELS) {
      return SampleDropReason.LABELS;
    }
    for (int i = 0; i < labels; i++) {
      if (line.labelNameEnd(i) - line.labelNameStart(i) > MAX_LABEL_NAME) {
        return SampleDropReason.LABEL_NAME;
      }
    }
    for (int i = 0; i < labels; i++) {
      if (line.labelValueEnd(i) - line.labelValueStart(i) > MAX_LABEL_VALUE
          && unescapedLength(line, i) > MAX_LABEL_VALUE) {
        return SampleDropReason.LABEL_VALUE;
      }
    }
    return null;
  }

  private static int unescapedLength(SampleLine line, int label) {
    byte[] text = line.text();
    int length = 0;
    for (int i = line.labelValueStart(label); i < line.labelValueEnd(label); i++) {
      i += text[i] == '\\' ? 1 : 0;
      length++;
    }
    return length;
  }
}
