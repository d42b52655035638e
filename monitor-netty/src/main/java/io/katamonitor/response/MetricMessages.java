package io.katamonitor.response;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.MalformedExpositionException;
import io.katamonitor.exposition.SampleLine;
import io.katamonitor.proto.prometheus.Bucket;
import io.katamonitor.proto.prometheus.Counter;
import io.katamonitor.proto.prometheus.Gauge;
import io.katamonitor.proto.prometheus.LabelPair;
import io.katamonitor.proto.prometheus.Metric;
import io.katamonitor.proto.prometheus.Quantile;
import io.katamonitor.proto.prometheus.Untyped;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes messages of a family's sample lines: one a line, but one for all lines of a histogram or
 * summary with the same labels. These are gathered for one sandbox at a time, whose lines stand
 * together. Confined to one thread.
 */
final class MetricMessages {
  /** A longer line is left out: a message of it would need several times as much of the heap. */
  static final int MAX_LINE = 256 * 1024;

  /**
   * So much text is gathered before messages are made of it, and of one histogram or summary four
   * times as much: an honest sandbox's family has a quarter.
   */
  private static final int MAX_GATHERED = 512 * 1024;

  private final FamilyType type;
  private final String family;
  private final Consumer<Metric> out;
  private final SampleLine line = new SampleLine();
  private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();

  /** Of the sandbox whose lines come now, by their labels. */
  private final Map<String, Metric.Builder> gathered = new LinkedHashMap<>();

  private int gatheredBytes;
  private String sandbox = "";
  private boolean inLongLine;

  MetricMessages(String family, FamilyType type, Consumer<Metric> out) {
    this.family = family;
    this.type = type;
    this.out = out;
  }

  /** Takes text, in which lines may begin and end anywhere. */
  void take(byte[] text, int from, int length) {
    int start = from;
    int end = from + length;
    for (int i = from; i < end; i++) {
      if (text[i] == '\n') {
        if (inLongLine) {
          inLongLine = false;
        } else if (unfinished.size() > 0) {
          unfinished.write(text, start, i - start);
          byte[] whole = unfinished.toByteArray();
          unfinished.reset();
          sample(whole, 0, whole.length);
        } else {
          sample(text, start, i);
        }
        start = i + 1;
      }
    }
    inLongLine |= unfinished.size() + end - start > MAX_LINE;
    if (inLongLine) {
      unfinished.reset();
    } else {
      unfinished.write(text, start, end - start);
    }
  }

  /** The family has no more lines. */
  void end() {
    gathered.values().forEach(metric -> out.accept(metric.build()));
    gathered.clear();
    gatheredBytes = 0;
  }

  private void sample(byte[] text, int from, int to) {
    if (to - from > MAX_LINE) {
      return;
    }
    try {
      line.parse(text, from, to);
    } catch (MalformedExpositionException e) {
      throw new IllegalStateException("a line of the answer cannot be read", e);
    }
    var metric = Metric.newBuilder();
    var key = new StringBuilder();
    String bound = "";
    String of = "";
    for (int i = 0; i < line.labelCount(); i++) {
      var name = line.labelName(i);
      int start = line.labelValueStart(i);
      var value = unescaped(new String(text, start, line.labelValueEnd(i) - start, UTF_8));
      if (name.equals(boundName())) {
        bound = value;
        continue;
      }
      of = name.equals("sandbox_id") ? value : of;
      key.append(name).append('=').append(value).append('\u0000');
      metric.addLabel(LabelPair.newBuilder().setName(name).setValue(value));
    }
    if (line.stampEnd() > line.stampStart()) {
      metric.setTimestampMs(Long.parseLong(text(text, line.stampStart(), line.stampEnd())));
    }
    double value = number(text(text, line.valueStart(), line.valueEnd()));
    if (!type.hasParts()) {
      out.accept(single(metric, value));
      return;
    }
    var labels = key.toString();
    int most = gathered.containsKey(labels) ? 4 * MAX_GATHERED : MAX_GATHERED;
    if (!of.equals(sandbox) || gatheredBytes > most) {
      end();
      sandbox = of;
    }
    gatheredBytes += to - from;
    part(gathered.computeIfAbsent(labels, unseen -> metric), bound, value);
  }

  private String boundName() {
    return switch (type) {
      case HISTOGRAM -> "le";
      case SUMMARY -> "quantile";
      case COUNTER, GAUGE, UNTYPED -> "";
    };
  }

  private Metric single(Metric.Builder metric, double value) {
    switch (type) {
      case COUNTER -> metric.setCounter(Counter.newBuilder().setValue(value));
      case GAUGE -> metric.setGauge(Gauge.newBuilder().setValue(value));
      case UNTYPED -> metric.setUntyped(Untyped.newBuilder().setValue(value));
      case HISTOGRAM, SUMMARY -> throw new IllegalStateException("a family of parts");
    }
    return metric.build();
  }

  private void part(Metric.Builder metric, String bound, double value) {
    var suffix = line.name().substring(family.length());
    if (type == FamilyType.HISTOGRAM) {
      var histogram = metric.getHistogramBuilder();
      switch (suffix) {
        case "_sum" -> histogram.setSampleSum(value);
        case "_count" -> histogram.setSampleCount((long) value);
        default -> {
          if (!bound.isEmpty()) {
            histogram.addBucket(
                Bucket.newBuilder().setUpperBound(number(bound)).setCumulativeCount((long) value));
          }
        }
      }
      return;
    }
    var summary = metric.getSummaryBuilder();
    switch (suffix) {
      case "_sum" -> summary.setSampleSum(value);
      case "_count" -> summary.setSampleCount((long) value);
      default -> {
        if (!bound.isEmpty()) {
          summary.addQuantile(Quantile.newBuilder().setQuantile(number(bound)).setValue(value));
        }
      }
    }
  }

  private static String text(byte[] text, int from, int to) {
    return new String(text, from, to - from, UTF_8);
  }

  /** A number as Go spells it, which the decoder has checked. */
  private static double number(String text) {
    var word = text.toLowerCase(Locale.ROOT);
    boolean isNegative = word.startsWith("-");
    word = isNegative || word.startsWith("+") ? word.substring(1) : word;
    double value =
        switch (word) {
          case "inf", "infinity" -> Double.POSITIVE_INFINITY;
          case "nan" -> Double.NaN;
          default -> Double.parseDouble(word);
        };
    return isNegative ? -value : value;
  }

  /** Takes the escapes of the text format out of a label value or a HELP text. */
  static String unescaped(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    var plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        c = text.charAt(++i);
        c = c == 'n' ? '\n' : c;
      }
      plain.append(c);
    }
    return plain.toString();
  }
}
