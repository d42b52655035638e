package io.katamonitor.soak;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses the text format 0.0.4 as strictly as the monitor's output allows: each family once, with
 * HELP and TYPE first, sorted by name; no comments, no extra blanks. Independent of the monitor's
 * code.
 */
final class TextCheck {
  /** The text violates a rule. */
  static final class Illegal extends IOException {
    private static final long serialVersionUID = 1L;

    Illegal(String why, String line) {
      super(why + ": " + line);
    }
  }

  private static final String OWN = "kata_monitor_";

  /** Also a family of the monitor, but sorted among those of sandboxes. */
  static final String HOST_USAGE = "kata_pod_";

  private static final Set<String> TYPES =
      Set.of("counter", "gauge", "histogram", "summary", "untyped");
  private static final byte[] RENAMED = ascii("kata_shim_");
  private static final byte[] SANDBOX_ID = ascii("sandbox_id");
  private static final byte[] CRI = ascii("cri_");
  private static final byte[] CRI_UID = ascii("cri_uid");

  private final List<String> prefixes;
  private final boolean merged;
  private final Map<String, SampleCount> tallies = new HashMap<>();
  private final Set<String> families = new HashSet<>();
  private byte[] buffer = new byte[1 << 18];

  private String family = "";
  private byte[] familyBytes = {};
  private boolean familyIsOwn;
  private boolean familyCounts;
  private boolean familyHasSamples;
  private String type = "";

  private byte[] lastId = {};
  private SampleCount last = new SampleCount();

  // The current line and the position in it; the line feed is at the end.
  private int start;
  private int at;
  private int end;

  // The current sample.
  private long head;
  private boolean unlabelled;
  private final long[] labelNames = new long[64];

  private TextCheck(boolean merged, List<String> prefixes) {
    this.merged = merged;
    this.prefixes = prefixes;
  }

  /** Parses a node's response; returns the samples of each sandbox, by id. */
  static Map<String, SampleCount> merged(InputStream in) throws IOException {
    var check = new TextCheck(true, List.of());
    check.read(in);
    return check.tallies;
  }

  /**
   * Parses the text of a shim; returns the samples that a node's response must have.
   *
   * @param prefixes of the families to be counted, by the monitor's names; none for all
   */
  static SampleCount raw(InputStream in, List<String> prefixes) throws IOException {
    var check = new TextCheck(false, prefixes);
    check.read(in);
    return check.last;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void read(InputStream in) throws IOException {
    int length = 0;
    int count = in.read(buffer, 0, buffer.length);
    while (count >= 0) {
      length += count;
      int from = 0;
      for (int lineEnd = lineFeed(from, length); lineEnd >= 0; lineEnd = lineFeed(from, length)) {
        start = from;
        at = from;
        end = lineEnd;
        line();
        from = lineEnd + 1;
      }
      length -= from;
      System.arraycopy(buffer, from, buffer, 0, length);
      if (length == buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * length);
      }
      count = in.read(buffer, length, buffer.length - length);
    }
    if (length > 0) {
      throw new Illegal("no line feed at the end", text(0, Math.min(length, 200)));
    }
    if (families.isEmpty()) {
      throw new Illegal("there is nothing", "");
    }
  }

  private int lineFeed(int from, int to) {
    for (int i = from; i < to; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private void line() throws Illegal {
    if (at == end) {
      throw new Illegal("an empty line", "");
    }
    if (buffer[at] == '#') {
      header(text(start, end));
    } else {
      sample();
    }
  }

  private void header(String line) throws Illegal {
    var words = line.split(" ", 4);
    if (words.length < 3 || !(words[1].equals("HELP") || words[1].equals("TYPE"))) {
      throw new Illegal("neither HELP nor TYPE", line);
    }
    if (!words[2].equals(family)) {
      begin(words[2], line);
      if (words[1].equals("HELP")) {
        return;
      }
    }
    if (words[1].equals("HELP") || familyHasSamples || !type.isEmpty()) {
      throw new Illegal("out of place", line);
    }
    if (words.length != 4 || !TYPES.contains(words[3])) {
      throw new Illegal("no type", line);
    }
    type = words[3];
  }

  private void begin(String name, String line) throws Illegal {
    if (!families.add(name)) {
      throw new Illegal("a family in two places", line);
    }
    boolean own = name.startsWith(OWN);
    boolean ordered = own == familyIsOwn ? name.compareTo(family) > 0 : familyIsOwn;
    if (merged && !ordered && families.size() > 1) {
      throw new Illegal("out of order behind " + family, line);
    }
    family = name;
    familyBytes = name.getBytes(StandardCharsets.UTF_8);
    familyIsOwn = own;
    familyCounts = !own && !name.startsWith(HOST_USAGE) && counts(name);
    familyHasSamples = false;
    type = "";
  }

  private boolean counts(String name) {
    boolean renamed = name.startsWith("go_") || name.startsWith("process_");
    var outgoing = renamed ? "kata_shim_" + name : name;
    return prefixes.isEmpty() || prefixes.stream().anyMatch(outgoing::startsWith);
  }

  private Illegal illegal(String why) {
    return new Illegal(why, text(start, Math.min(end, start + 300)));
  }

  private String text(int from, int to) {
    return new String(buffer, from, to - from, StandardCharsets.UTF_8);
  }

  private void sample() throws Illegal {
    if (type.isEmpty()) {
      throw illegal("no TYPE before it");
    }
    familyHasSamples = true;
    name();
    var tally = labels();
    if (!is(' ') || !isNumber(at + 1)) {
      throw illegal("no value");
    }
    if (merged && tally == null && !familyIsOwn) {
      throw illegal("no sandbox_id");
    }
    if (familyCounts) {
      var to = tally == null ? last : tally;
      to.samples++;
      to.heads += (head ^ (head >>> 29)) * 0x9E3779B97F4A7C15L;
      to.unlabelled += unlabelled ? 1 : 0;
    }
  }

  private boolean is(char c) {
    return at < end && buffer[at] == c;
  }

  /** Parses the name of the sample, which must belong to the current family. */
  private void name() throws Illegal {
    head = 7;
    if (startsWith("go_", at) || startsWith("process_", at)) {
      for (byte b : RENAMED) {
        head = 31 * head + b;
      }
    }
    while (isName(buffer[at])) {
      head = 31 * head + buffer[at++];
    }
    int rest = start + familyBytes.length;
    if (rest > at || !equal(familyBytes, start, rest)) {
      throw illegal("not of the family " + family);
    }
    if (rest < at) {
      var suffix = text(rest, at);
      boolean sums = suffix.equals("_sum") || suffix.equals("_count");
      if (!(type.equals("histogram") && (sums || suffix.equals("_bucket")))
          && !(type.equals("summary") && sums)) {
        throw illegal("not of the family " + family);
      }
    }
  }

  /** Parses the labels of the sample; returns the id of its sandbox, if it has one. */
  private @Nullable SampleCount labels() throws Illegal {
    unlabelled = false;
    SampleCount tally = null;
    if (is('{')) {
      int count = 0;
      do {
        at++;
        var said = label(count++);
        tally = said == null ? tally : said;
      } while (is(','));
      if (!is('}')) {
        throw illegal("no brace");
      }
      at++;
    }
    return tally;
  }

  private @Nullable SampleCount label(int number) throws Illegal {
    int name = at;
    long nameHash = 7;
    while (isName(buffer[at])) {
      nameHash = 31 * nameHash + buffer[at++];
    }
    int nameEnd = at;
    for (int i = 0; i < number; i++) {
      if (labelNames[i] == nameHash) {
        throw illegal("a label twice");
      }
    }
    labelNames[number] = nameHash;
    if (name == nameEnd || !is('=') || buffer[at + 1] != '"') {
      throw illegal("no label");
    }
    at += 2;
    int value = at;
    long withLabel = value(31 * head + nameHash);
    int valueEnd = at++;
    if (equal(SANDBOX_ID, name, nameEnd)) {
      return tally(value, valueEnd);
    }
    if (nameEnd - name > CRI.length && equal(CRI, name, name + CRI.length)) {
      unlabelled |= value == valueEnd && equal(CRI_UID, name, nameEnd);
    } else {
      head = withLabel;
    }
    return null;
  }

  /** Moves to the closing quote; returns the hash including the value. */
  private long value(long before) throws Illegal {
    long hash = before;
    while (!is('"')) {
      if (is('\\')) {
        at++;
        if (!is('\\') && !is('"') && !is('n')) {
          throw illegal("no escape");
        }
      }
      if (at >= end) {
        throw illegal("no quote");
      }
      hash = 31 * hash + buffer[at++];
    }
    return hash;
  }

  private boolean startsWith(String text, int from) {
    for (int i = 0; i < text.length(); i++) {
      if (buffer[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private SampleCount tally(int from, int to) {
    if (!equal(lastId, from, to)) {
      lastId = Arrays.copyOfRange(buffer, from, to);
      last =
          tallies.computeIfAbsent(
              new String(lastId, StandardCharsets.UTF_8), unseen -> new SampleCount());
    }
    return last;
  }

  private boolean equal(byte[] text, int from, int to) {
    return Arrays.equals(buffer, from, to, text, 0, text.length);
  }

  private static boolean isName(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '_'
        || b == ':';
  }

  /** A value, optionally followed by one blank and a timestamp. */
  private boolean isNumber(int from) {
    int i = from;
    boolean digits = true;
    while (i < end && buffer[i] != ' ') {
      digits &= isDigit(buffer[i++]);
    }
    if (i == from || (!digits && !isFloat(text(from, i)))) {
      return false;
    }
    if (i < end) {
      i++;
      if (i == end) {
        return false;
      }
      for (; i < end; i++) {
        if (!isDigit(buffer[i])) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isFloat(String text) {
    if (text.equals("NaN") || text.equals("+Inf") || text.equals("-Inf")) {
      return true;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("+-.eE".indexOf(c) < 0 && (c < '0' || c > '9')) {
        return false;
      }
    }
    try {
      return !Double.isInfinite(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
