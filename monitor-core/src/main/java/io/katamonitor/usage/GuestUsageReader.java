package io.katamonitor.usage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.katamonitor.exposition.SampleNumber;
import io.katamonitor.template.DecodedBody;
import io.katamonitor.template.FamilyTemplate;
import io.katamonitor.template.SegmentLines;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Reads a guest's usage from an accepted body. Which lines of a template are needed is determined
 * once and marked in the template. After that a body costs a check of each of its templates, and
 * the values of five families up to the last needed one. Confined to one thread.
 */
public final class GuestUsageReader {
  /** A value has at most 1,121 bytes with its timestamp. */
  private static final int READ_BYTES = 4096;

  private static final byte[] NO_MARKS = {};
  private static final GuestSeries[] SERIES = GuestSeries.values();

  private final GuestUsageCollector collector = new GuestUsageCollector();
  private final byte[] buffer = new byte[READ_BYTES];

  /** Reader of samples without a template; created for the first of them. */
  private SegmentLines.@Nullable Buffer records;

  /**
   * What the guest uses; every value may be empty.
   *
   * @param ageSeconds of the sandbox; empty where its creation is not known
   */
  public GuestUsage read(DecodedBody body, OptionalDouble ageSeconds) {
    collector.reset();
    for (int segment = 0; segment < body.segments(); segment++) {
      var template = body.template(segment);
      byte[] marks = marks(template);
      if (marks.length > 0) {
        readTemplated(body, segment, marks);
      } else if (template.isUntemplated() && isSource(template)) {
        readUntemplated(body, segment);
      }
    }
    return collector.usage(ageSeconds);
  }

  private static boolean isSource(FamilyTemplate template) {
    return GuestSeries.isSourceFamily(template.family().name());
  }

  /** Per line: the number of its series plus 1, or 0; up to the last line that is a source. */
  private static byte[] marks(FamilyTemplate template) {
    byte[] known = template.marks();
    if (known == null) {
      known = isSource(template) ? marksOfLines(template) : NO_MARKS;
      template.mark(known);
    }
    return known;
  }

  @SuppressWarnings("EnumOrdinal") // a byte per line instead of a reference
  private static byte[] marksOfLines(FamilyTemplate template) {
    byte[] marks = new byte[template.lines()];
    int length = 0;
    var output = template.output();
    for (int line = 0; line < marks.length; line++) {
      var series =
          GuestSample.of(
              template.family().name(),
              output.bytes(),
              output.start(line),
              output.insertOffsets()[line]);
      if (series != null) {
        marks[line] = (byte) (series.ordinal() + 1);
        length = line + 1;
      }
    }
    return Arrays.copyOf(marks, length);
  }

  private void readTemplated(DecodedBody body, int segment, byte[] marks) {
    int lines = Math.min(marks.length, body.extent(segment));
    int end = body.end(segment);
    int next = body.start(segment);
    int from = 0;
    int to = 0;
    for (int line = 0; line < lines; line++) {
      int newline = newline(from, to);
      if (newline == to) {
        next -= to - from;
        to = Math.min(READ_BYTES, end - next);
        body.copyValues(next, buffer, 0, to);
        next += to;
        newline = newline(0, to);
        from = 0;
      }
      if (marks[line] != 0) {
        collector.add(SERIES[marks[line] - 1], value(buffer, from, newline));
      }
      from = newline + 1;
    }
  }

  /** A simple loop: values have a few bytes, and no search is faster. */
  private int newline(int from, int to) {
    int at = from;
    while (at < to && buffer[at] != '\n') {
      at++;
    }
    return at;
  }

  private void readUntemplated(DecodedBody body, int segment) {
    if (records == null) {
      records = new SegmentLines.Buffer();
    }
    var family = body.template(segment).family().name();
    var lines = new SegmentLines(records);
    lines.open(body, segment);
    while (lines.next()) {
      var series = GuestSample.of(family, lines.series(), lines.prefixStart(), lines.prefixEnd());
      if (series != null) {
        collector.add(series, value(lines.values(), lines.valueStart(), lines.valueEnd()));
      }
    }
  }

  /** A value, without the timestamp that may follow it. */
  private static double value(byte[] text, int from, int end) {
    int to = from;
    while (to < end && text[to] != ' ') {
      to++;
    }
    return SampleNumber.parse(text, from, to);
  }

  /** Reads the labels of a canonical series; used once per learned line. */
  private static final class GuestSample {
    /** Which source the series is whose labels end at {@code to}; null for none. */
    static @Nullable GuestSeries of(String family, byte[] series, int from, int to) {
      var text = new String(series, from, to - from, ISO_8859_1);
      if (!text.startsWith(family + "{")) {
        return null; // part of a histogram, or a longer name
      }
      return GuestSeries.of(
          family,
          label(text, GuestSeries.LABEL_ITEM),
          label(text, GuestSeries.LABEL_CPU),
          label(text, GuestSeries.LABEL_INTERFACE));
    }

    /** The value of a label with its escapes; empty if the series has no such label. */
    private static String label(String series, String name) {
      int at = series.indexOf('{') + 1;
      while (at < series.length()) {
        int equals = series.indexOf('=', at);
        if (equals < 0) {
          return "";
        }
        int end = valueEnd(series, equals + 2);
        if (series.regionMatches(at, name, 0, name.length()) && equals - at == name.length()) {
          return series.substring(equals + 2, end);
        }
        at = end + 2; // the quote and the comma
      }
      return "";
    }

    private static int valueEnd(String series, int from) {
      int end = from;
      while (end < series.length() && series.charAt(end) != '"') {
        end += series.charAt(end) == '\\' ? 2 : 1;
      }
      return Math.min(end, series.length());
    }
  }
}
