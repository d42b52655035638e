package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reference parser of one body, as simple as possible: lines, strings and maps, no state between
 * bodies. The decoder must give the same result for any pieces and templates.
 */
final class ReferenceBody {
  /** A line that violates the format. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String why) {
      super(why);
    }
  }

  record Label(String name, String value) {}

  /**
   * @param number the value, followed by a blank and the timestamp if there is one
   */
  record Sample(int place, String name, List<Label> labels, String number) {}

  static final class Metrics {
    final String name;
    @Nullable String help;

    /** The help text, if it directly precedes samples of the family. */
    @Nullable String shownHelp;

    /** The place of the first of these samples. */
    int shownHelpPlace;

    @Nullable String type;

    /** Whether it has samples, dropped ones included. */
    boolean hasSamples;

    final List<Sample> samples = new ArrayList<>();

    Metrics(String name) {
      this.name = name;
    }

    String type() {
      return type == null ? "untyped" : type;
    }
  }

  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
  private static final Pattern WORD =
      Pattern.compile("[nN][aA][nN]|[+-]?[iI][nN][fF]([iI][nN][iI][tT][yY])?");
  private static final Pattern STAMP = Pattern.compile("[0-9]+");

  /** A longer HELP text is dropped. */
  private static final int LONGEST_HELP = 8 * 1024;

  private static final int LONGEST_NAME = 200;
  private static final int MOST_LABELS = 32;
  private static final int LONGEST_LABEL_NAME = 128;
  private static final int LONGEST_LABEL_VALUE = 1024;

  /** A longer number is invalid. */
  private static final int LONGEST_NUMBER = 1100;

  private static final BigInteger LAST_STAMP = BigInteger.valueOf(Long.MAX_VALUE);

  private final Map<String, Metrics> families = new LinkedHashMap<>();
  private @Nullable Metrics announced;
  private @Nullable String announcedHelp;
  private int samples;
  private String line = "";
  private int at;

  private final boolean isLimited;

  private ReferenceBody(boolean isLimited) {
    this.isLimited = isLimited;
  }

  /** The families by the shim's names, in the order in which the body first names them. */
  static Map<String, Metrics> read(byte[] bytes) throws Refused {
    return read(bytes, true);
  }

  /** The same without limits, for text that is not from a shim. */
  static Map<String, Metrics> readUnlimited(byte[] bytes) throws Refused {
    return read(bytes, false);
  }

  private static Map<String, Metrics> read(byte[] bytes, boolean isLimited) throws Refused {
    var body = new ReferenceBody(isLimited);
    var text = new String(bytes, ISO_8859_1);
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      if (end < 0) {
        throw new Refused("no line feed at the end");
      }
      body.readLine(text.substring(from, end));
      from = end + 1;
    }
    return body.families;
  }

  private void readLine(String text) throws Refused {
    line = text;
    at = 0;
    blanks();
    if (at == line.length()) {
      return;
    }
    if (is('#')) {
      at++;
      comment();
    } else {
      refuseIllegalCharacters();
      sample();
    }
  }

  private void refuseIllegalCharacters() throws Refused {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line.getBytes(ISO_8859_1)));
    } catch (CharacterCodingException _) {
      throw new Refused("UTF-8");
    }
  }

  private void comment() throws Refused {
    blanks();
    var word = token();
    blanks();
    if ((!word.equals("HELP") && !word.equals("TYPE")) || at == line.length()) {
      return;
    }
    refuseIllegalCharacters();
    var name = token();
    if (!name.matches("[a-zA-Z_:][a-zA-Z0-9_:]*")) {
      throw new Refused("name");
    }
    // Of a name that is too long, no sample is kept.
    var family = isLimited && name.length() > LONGEST_NAME ? new Metrics(name) : family(name);
    boolean isKept = !isLimited || name.length() <= LONGEST_NAME;
    if (announced != family && isKept) {
      announced = family;
      announcedHelp = null;
    }
    blanks();
    if (word.equals("HELP")) {
      var help = line.substring(at);
      if (family.help != null || !help.matches("(?s)([^\\\\]|\\\\[\\\\n])*+")) {
        throw new Refused("HELP");
      }
      family.help = help;
      announcedHelp = !isKept ? announcedHelp : help.length() > LONGEST_HELP ? null : help;
      return;
    }
    var type = token().toLowerCase(Locale.ROOT);
    blanks();
    if (family.type != null
        || family.hasSamples
        || at < line.length()
        || !List.of("counter", "gauge", "histogram", "summary", "untyped").contains(type)) {
      throw new Refused("TYPE");
    }
    family.type = type;
  }

  private void sample() throws Refused {
    int start = at;
    var name = name("_:");
    if (name.isEmpty()) {
      throw new Refused("no name");
    }
    int nameEnd = at;
    blanks();
    var labels = new ArrayList<Label>();
    if (is('{')) {
      at++;
      labels(labels);
      blanks();
    } else if (at == nameEnd) {
      throw new Refused("name " + start);
    }
    var value = token();
    refuseUnless(isNumber(value), "value");
    blanks();
    var stamp = token();
    blanks();
    refuseUnless(at == line.length(), "more");
    refuseUnless(
        stamp.isEmpty()
            || (stamp.length() <= LONGEST_NUMBER
                && STAMP.matcher(stamp).matches()
                && new BigInteger(stamp).compareTo(LAST_STAMP) <= 0),
        "timestamp");
    refuseUnless(++samples <= MergedNode.MAX_SAMPLES || !isLimited, "too many samples");
    if (isLimited && name.length() > LONGEST_NAME) {
      return;
    }
    var family = family(name);
    family.hasSamples = true;
    var bound =
        switch (family.type()) {
          case "histogram" -> "le";
          case "summary" -> "quantile";
          default -> "";
        };
    for (var label : labels) {
      refuseUnless(!label.name.equals(bound) || isNumber(label.value), "bound");
    }
    if (isLimited
        && exceedsLimit(labels)
        && ReferenceNode.isKept(ReferenceNode.outgoing(family.name))) {
      return;
    }
    if (announced == family && family.shownHelp == null) {
      family.shownHelp = announcedHelp;
      family.shownHelpPlace = samples;
    }
    announced = null;
    family.samples.add(
        new Sample(samples, name, labels, stamp.isEmpty() ? value : value + " " + stamp));
  }

  private static boolean exceedsLimit(List<Label> labels) {
    return labels.size() > MOST_LABELS
        || labels.stream()
            .anyMatch(label ->
                label.name.length() > LONGEST_LABEL_NAME
                    || label.value.replaceAll("(?s)\\\\.", "x").length() > LONGEST_LABEL_VALUE);
  }

  private void labels(List<Label> labels) throws Refused {
    var names = new HashSet<String>();
    blanks();
    while (!is('}')) {
      var name = name("_");
      refuseUnless(!name.isEmpty() && !name.equals("__name__") && names.add(name), "label name");
      blanks();
      expect('=');
      blanks();
      expect('"');
      int from = at;
      while (!is('"')) {
        if (is('\\')) {
          at++;
          refuseUnless(is('\\') || is('"') || is('n'), "escape");
        }
        refuseUnless(at < line.length(), "quote");
        at++;
      }
      labels.add(new Label(name, line.substring(from, at)));
      at++;
      blanks();
      if (!is('}')) {
        expect(',');
        blanks();
      }
    }
    at++;
  }

  /** The family of a name, as Go's text parser finds it. */
  private Metrics family(String name) {
    if (!families.containsKey(name)) {
      for (var suffix : List.of("_sum", "_count", "_bucket")) {
        var whole = name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : "";
        var family = families.get(whole);
        if (family != null
            && (family.type().equals("histogram")
                || (family.type().equals("summary") && !suffix.equals("_bucket")))) {
          return family;
        }
      }
    }
    return families.computeIfAbsent(name, Metrics::new);
  }

  static boolean isNumber(String text) {
    return WORD.matcher(text).matches()
        || (text.length() <= LONGEST_NUMBER
            && DECIMAL.matcher(text).matches()
            && !Double.isInfinite(Double.parseDouble(text)));
  }

  private boolean is(char c) {
    return at < line.length() && line.charAt(at) == c;
  }

  private void expect(char c) throws Refused {
    refuseUnless(is(c), "no " + c);
    at++;
  }

  private static void refuseUnless(boolean legal, String why) throws Refused {
    if (!legal) {
      throw new Refused(why);
    }
  }

  private void blanks() {
    while (is(' ') || is('\t')) {
      at++;
    }
  }

  private String token() {
    int from = at;
    while (at < line.length() && !is(' ') && !is('\t')) {
      at++;
    }
    return line.substring(from, at);
  }

  private String name(String more) {
    int from = at;
    while (at < line.length() && isOfName(line.charAt(at), at == from, more)) {
      at++;
    }
    return line.substring(from, at);
  }

  private static boolean isOfName(char c, boolean first, String more) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9' && !first)
        || more.indexOf(c) >= 0;
  }
}
