package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Generates random bodies from the words of a {@link Vocabulary}, so that bodies resemble and
 * contradict each other and have conflicting names.
 */
final class RandomBody {
  private final RandomGenerator random;
  private final StringBuilder text = new StringBuilder();

  private RandomBody(RandomGenerator random) {
    this.random = random;
  }

  /** Returns a body that is usually valid. */
  static byte[] next(RandomGenerator random) {
    var body = new RandomBody(random);
    var names = new ArrayList<>(Vocabulary.NAMES);
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
  static byte[] conflicting(String name, RandomGenerator random) {
    var body = new RandomBody(random);
    var names = new ArrayList<>(Vocabulary.RELATED);
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
  static String conflictingName(RandomGenerator random) {
    return Vocabulary.oneOf(
        List.of("kata_a", "kata_b", "go_x", "kata_shim_go_x", "process_y"), random);
  }

  private String oneOf(List<String> choices) {
    return Vocabulary.oneOf(choices, random);
  }

  private String blank() {
    return rarely() ? oneOf(Vocabulary.BLANKS) : " ";
  }

  private String optionalBlank() {
    return rarely() ? oneOf(Vocabulary.OPTIONAL_BLANKS) : "";
  }

  private boolean rarely() {
    return random.nextInt(20) == 0;
  }

  private void family(String name) {
    var type = oneOf(Vocabulary.TYPES);
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
    line("#" + blank() + "HELP" + blank() + name + blank() + oneOf(Vocabulary.HELPS));
  }

  /** The line unchanged, or with insignificant additions. */
  private void line(String line) {
    if (rarely()) {
      text.append(oneOf(List.of("\n", "  \n", "# a remark\n", "#\n", "# HELP\n", "\t#EOF\n")));
    }
    text.append(optionalBlank()).append(line).append('\n');
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
        labels += (labels.isEmpty() ? "" : ",") + "cri_uid=\"" + oneOf(Vocabulary.VALUES) + '"';
      }
      var stamp = hasTimestamps && !rarely() ? " " + oneOf(Vocabulary.TIMESTAMPS) : "";
      int bounds = random.nextInt(rarely() ? 40 : 6);
      for (int i = 0; i <= bounds; i++) {
        boolean isLast = i == bounds;
        var bound =
            isHistogram && isLast && !rarely()
                ? oneOf(Vocabulary.INFINITY)
                : oneOf(Vocabulary.BOUNDS);
        var label = (isHistogram ? "le=\"" : "quantile=\"") + bound + '"';
        var both =
            labels.isEmpty() ? label : rarely() ? label + "," + labels : labels + "," + label;
        samples.add(name + (isHistogram ? "_bucket{" : "{") + both + "} " + whole() + stamp);
      }
      var braces = labels.isEmpty() ? "" : "{" + labels + "}";
      for (int i = rarely() ? random.nextInt(3) : 1; i > 0; i--) {
        samples.add(name + "_sum" + braces + " " + oneOf(Vocabulary.NUMBERS) + stamp);
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
    return rarely() ? oneOf(Vocabulary.NUMBERS) : oneOf(Vocabulary.WHOLE);
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
    int extra =
        rarely() ? random.nextInt(Vocabulary.LABELS.size()) : random.nextInt(4) == 0 ? 2 : 0;
    var names = new ArrayList<>(Vocabulary.LABELS);
    Collections.shuffle(names, new Random(random.nextLong()));
    for (int i = 0; i < extra; i++) {
      boolean isBound = names.get(i).equals("le") || names.get(i).equals("quantile");
      if (!isBound || (label.isEmpty() && rarely())) {
        labels.add(
            names.get(i)
                + optionalBlank()
                + "="
                + optionalBlank()
                + '"'
                + (isBound ? oneOf(Vocabulary.NUMBERS) : oneOf(Vocabulary.VALUES))
                + '"');
      }
    }
    if (rarely()) {
      Collections.shuffle(labels, new Random(random.nextLong()));
    }
    var braces = new StringBuilder();
    if (!labels.isEmpty() || rarely()) {
      braces.append(optionalBlank()).append('{').append(optionalBlank());
      braces.append(String.join(optionalBlank() + "," + optionalBlank(), labels));
      braces.append(rarely() && !labels.isEmpty() ? "," : "").append(optionalBlank()).append('}');
    }
    line(
        name
            + braces
            + blank()
            + oneOf(Vocabulary.NUMBERS)
            + (rarely() ? " " + oneOf(Vocabulary.TIMESTAMPS) : ""));
  }
}
