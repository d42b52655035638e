package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Generates random bodies from few names, labels and numbers, so that bodies resemble and
 * contradict each other and have conflicting names.
 */
public final class RandomBody {
  private static final List<String> NAMES =
      List.of(
          "kata_a",
          "kata_a_count",
          "kata_a_sum",
          "kata_b",
          "kata_b_bucket",
          "kata_b_count",
          "kata_c",
          "kata_c_total",
          "kata_:",
          "kata_A9_",
          "go_x",
          "kata_shim_go_x",
          "process_y",
          "kata_shim_process_y_sum",
          "process_y_sum",
          "kata_monitor_z",
          "node_load",
          "kata_d",
          "kata_shim_go_x_count",
          "go_x_count",
          "kata",
          "kata_a_count_count");
  private static final List<String> TYPES =
      List.of("counter", "gauge", "histogram", "summary", "untyped", "GAUGE", "Histogram");
  private static final List<String> HELPS =
      List.of("One thing.", "Another\\nthing, of \\\\ course.", "", "  x", "\u00c3\u00a9\r", "O");
  private static final List<String> LABELS =
      List.of(
          "le",
          "quantile",
          "a",
          "b",
          "item",
          "sandbox_id",
          "cri_uid",
          "cri_name",
          "cri_namespace",
          "exported_sandbox_id",
          "exported_exported_sandbox_id",
          "_",
          "A0");
  private static final List<String> VALUES =
      List.of(
          "",
          "1",
          "0.5",
          "+Inf",
          "x",
          "a\\\"b",
          "\\\\",
          "\\n",
          "\u00e4\u00b8\u00ad",
          "\u0000",
          "}",
          "{,= #");
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "12",
          "123456789012",
          "-1",
          "+5",
          "1e+06",
          "2.5E-7",
          ".5",
          "5.",
          "007",
          "NaN",
          "+Inf",
          "-inf",
          "infinity",
          "1.7976931348623157e308",
          "1e-400");

  /** Related names, if the first is a histogram or summary. */
  private static final List<String> RELATED =
      List.of("", "_count", "_sum", "_bucket", "_count_sum", "_bucket_count");

  private static final List<String> WHOLE = List.of("0", "1", "7", "2e3", "12.0", "123456789012");
  private static final List<String> BOUNDS = List.of("0", "0.5", "1", "1.0", "2.5e1", "1e3", "-1");
  private static final List<String> INFINITY = List.of("+Inf", "+Inf", "Inf", "+infinity");
  private static final List<String> STAMPS =
      List.of("0", "-1", "1700000000000", "9223372036854775807");
  private static final List<String> BLANKS = List.of("  ", "\t", " \t ");
  private static final List<String> NO_BLANKS = List.of(" ", "\t");

  /** Text that a mutation may insert. */
  private static final List<String> TOKENS =
      List.of(
          "\n",
          "\n\n",
          " ",
          "\t",
          "#",
          "# HELP kata_a ",
          "# TYPE kata_a ",
          "# TYPE kata_b histogram\n",
          "{",
          "}",
          "\"",
          "\\",
          ",",
          "=",
          "le=\"",
          "kata_a",
          "_count",
          "_bucket",
          "_sum",
          "NaN",
          "1e999",
          "-",
          "0x1",
          "1_0",
          "\u00ff",
          "\u00c3",
          "\u00ed\u00a0\u0080",
          "\u0000",
          "\r\n",
          "__name__=\"x\"",
          " 1 1",
          " 1 -1",
          "kata_a 1\n",
          "sandbox_id=\"x\",",
          "kata_monitor_x 1\n",
          "\u00ef\u00bb\u00bf");

  private final RandomGenerator random;
  private final StringBuilder text = new StringBuilder();

  private RandomBody(RandomGenerator random) {
    this.random = random;
  }

  /** Returns a body that is usually valid. */
  public static byte[] next(RandomGenerator random) {
    var body = new RandomBody(random);
    var names = new ArrayList<>(NAMES);
    Collections.shuffle(names, new Random(random.nextLong()));
    int families = random.nextInt(9);
    for (int i = 0; i < families; i++) {
      if (random.nextInt(4) == 0) {
        body.distributions(names.get(i));
      } else {
        body.family(names.get(i));
      }
    }
    if (random.nextInt(4) == 0) {
      // In a second place, without a header.
      body.samples(names.getFirst(), "untyped");
    }
    return body.text.toString().getBytes(ISO_8859_1);
  }

  /**
   * A body that declares a name, or names that belong to it, with some type: several of these
   * contradict each other.
   */
  public static byte[] conflicting(String name, RandomGenerator random) {
    var body = new RandomBody(random);
    var names = new ArrayList<>(RELATED);
    Collections.shuffle(names, new Random(random.nextLong()));
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      if (random.nextBoolean()) {
        body.distributions(name + names.get(i));
      } else {
        body.family(name + names.get(i));
      }
    }
    return body.text.toString().getBytes(ISO_8859_1);
  }

  /** A name for {@link #conflicting}. */
  public static String conflictingName(RandomGenerator random) {
    return oneOf(List.of("kata_a", "kata_b", "go_x", "kata_shim_go_x", "process_y"), random);
  }

  /** The same body with some bytes, lines or words changed, put in, taken out or moved. */
  public static byte[] mutated(byte[] body, RandomGenerator random) {
    byte[] now = body;
    for (int times = 1 + random.nextInt(3); times > 0; times--) {
      now = mutatedOnce(now, random);
    }
    return now;
  }

  private static byte[] mutatedOnce(byte[] body, RandomGenerator random) {
    int at = random.nextInt(body.length + 1);
    int length = Math.min(body.length - at, random.nextInt(1 << random.nextInt(8)));
    return switch (random.nextInt(7)) {
      case 0 -> join(body, 0, at, bytes(oneOf(TOKENS, random)), body, at, body.length);
      case 1 -> join(body, 0, at, bytes(oneOf(TOKENS, random)), body, at + length, body.length);
      case 2 -> join(body, 0, at, new byte[0], body, at + length, body.length);
      case 3 -> join(body, 0, at, new byte[] {(byte) random.nextInt()}, body, at, body.length);
      case 4 -> join(body, 0, at, new byte[0], body, at, at);
      case 5 -> {
        // Moves or duplicates a line.
        int from = lineStart(body, at);
        int to = lineEnd(body, from);
        int target = lineStart(body, random.nextInt(body.length + 1));
        byte[] line = join(body, from, to, new byte[0], body, 0, 0);
        byte[] rest =
            random.nextBoolean() || target > from
                ? body
                : join(body, 0, from, new byte[0], body, to, body.length);
        yield join(rest, 0, target, line, rest, target, rest.length);
      }
      default -> {
        byte[] flipped = body.clone();
        if (at < body.length) {
          flipped[at] ^= (byte) (1 << random.nextInt(8));
        }
        yield flipped;
      }
    };
  }

  private static int lineStart(byte[] body, int at) {
    int i = at;
    while (i > 0 && body[i - 1] != '\n') {
      i--;
    }
    return i;
  }

  private static int lineEnd(byte[] body, int from) {
    int i = from;
    while (i < body.length && body[i++] != '\n') {}
    return i;
  }

  private static byte[] join(
      byte[] a, int fromA, int toA, byte[] middle, byte[] b, int fromB, int toB) {
    var all = new ByteArrayOutputStream();
    all.write(a, fromA, toA - fromA);
    all.writeBytes(middle);
    all.write(b, fromB, toB - fromB);
    return all.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static String oneOf(List<String> choices, RandomGenerator random) {
    return choices.get(random.nextInt(choices.size()));
  }

  private String oneOf(List<String> choices) {
    return oneOf(choices, random);
  }

  private String blank() {
    return rarely() ? oneOf(BLANKS) : " ";
  }

  private String noBlank() {
    return rarely() ? oneOf(NO_BLANKS) : "";
  }

  private boolean rarely() {
    return random.nextInt(20) == 0;
  }

  private void family(String name) {
    var type = oneOf(TYPES);
    boolean helpLast = random.nextInt(6) == 0;
    if (!helpLast && random.nextInt(4) > 0) {
      help(name);
    }
    boolean typed = random.nextInt(5) > 0;
    if (typed) {
      line("#" + blank() + "TYPE" + blank() + name + blank() + type);
    }
    if (helpLast) {
      help(name);
    }
    samples(name, typed ? type : "untyped");
  }

  private void help(String name) {
    line("#" + blank() + "HELP" + blank() + name + blank() + oneOf(HELPS));
  }

  /** The line unchanged, or with insignificant additions. */
  private void line(String line) {
    if (rarely()) {
      text.append(oneOf(List.of("\n", "  \n", "# a remark\n", "#\n", "# HELP\n", "\t#EOF\n")));
    }
    text.append(noBlank()).append(line).append('\n');
  }

  /**
   * Usually histograms or summaries like those of real programs: several with labels, all their
   * buckets, a sum and a count.
   */
  private void distributions(String name) {
    boolean isHistogram = random.nextInt(3) > 0;
    if (random.nextBoolean()) {
      help(name);
    }
    line("# TYPE " + name + (isHistogram ? " histogram" : " summary"));
    var samples = new ArrayList<String>();
    int sets = rarely() ? 70 : 1 + random.nextInt(3);
    boolean hasTimestamps = rarely();
    for (int set = 0; set < sets; set++) {
      var labels = sets == 1 && random.nextBoolean() ? "" : "set=\"" + set + "\"";
      if (random.nextInt(8) == 0) {
        labels += (labels.isEmpty() ? "" : ",") + "cri_uid=\"" + oneOf(VALUES) + '"';
      }
      var stamp = hasTimestamps && !rarely() ? " " + oneOf(STAMPS) : "";
      int bounds = random.nextInt(rarely() ? 40 : 6);
      for (int i = 0; i <= bounds; i++) {
        boolean isLast = i == bounds;
        var bound = isHistogram && isLast && !rarely() ? oneOf(INFINITY) : oneOf(BOUNDS);
        var label = (isHistogram ? "le=\"" : "quantile=\"") + bound + '"';
        var both =
            labels.isEmpty() ? label : rarely() ? label + "," + labels : labels + "," + label;
        samples.add(name + (isHistogram ? "_bucket{" : "{") + both + "} " + whole() + stamp);
      }
      var braces = labels.isEmpty() ? "" : "{" + labels + "}";
      for (int i = rarely() ? random.nextInt(3) : 1; i > 0; i--) {
        samples.add(name + "_sum" + braces + " " + oneOf(NUMBERS) + stamp);
      }
      for (int i = rarely() ? random.nextInt(3) : 1; i > 0; i--) {
        samples.add(name + "_count" + braces + " " + whole() + stamp);
      }
    }
    if (random.nextInt(6) == 0) {
      Collections.shuffle(samples, new Random(random.nextLong()));
    }
    samples.forEach(this::line);
  }

  private String whole() {
    return rarely() ? oneOf(NUMBERS) : oneOf(WHOLE);
  }

  private void samples(String name, String type) {
    int count = random.nextInt(4) == 0 ? random.nextInt(40) : random.nextInt(4);
    if (random.nextInt(500) == 0) {
      count = 500 + random.nextInt(600); // More than one template holds.
    }
    for (int i = 0; i < count; i++) {
      switch (type.toLowerCase(java.util.Locale.ROOT)) {
        case "histogram" -> {
          switch (random.nextInt(8)) {
            case 0 -> sample(name + "_sum", "");
            case 1 -> sample(name + "_count", "");
            case 2 -> sample(name, "");
            default -> sample(name + "_bucket", "le=\"" + (i == count - 1 ? "+Inf" : i) + "\"");
          }
        }
        case "summary" -> {
          switch (random.nextInt(6)) {
            case 0 -> sample(name + "_sum", "");
            case 1 -> sample(name + "_count", "");
            default -> sample(name, "quantile=\"0." + i + "\"");
          }
        }
        default -> sample(name, i == 0 ? "" : "n=\"" + i + "\"");
      }
    }
  }

  private void sample(String name, String label) {
    var labels = new ArrayList<String>();
    if (!label.isEmpty()) {
      labels.add(label);
    }
    int extra = rarely() ? random.nextInt(LABELS.size()) : random.nextInt(4) == 0 ? 2 : 0;
    var names = new ArrayList<>(LABELS);
    Collections.shuffle(names, new Random(random.nextLong()));
    for (int i = 0; i < extra; i++) {
      boolean isBound = names.get(i).equals("le") || names.get(i).equals("quantile");
      if (!isBound || (label.isEmpty() && rarely())) {
        labels.add(
            names.get(i)
                + noBlank()
                + "="
                + noBlank()
                + '"'
                + (isBound ? oneOf(NUMBERS) : oneOf(VALUES))
                + '"');
      }
    }
    if (rarely()) {
      Collections.shuffle(labels, new Random(random.nextLong()));
    }
    var braces = new StringBuilder();
    if (!labels.isEmpty() || rarely()) {
      braces.append(noBlank()).append('{').append(noBlank());
      braces.append(String.join(noBlank() + "," + noBlank(), labels));
      braces.append(rarely() && !labels.isEmpty() ? "," : "").append(noBlank()).append('}');
    }
    line(name + braces + blank() + oneOf(NUMBERS) + (rarely() ? " " + oneOf(STAMPS) : ""));
  }
}
