package io.katamonitor.sim;

import io.katamonitor.sim.BodyTemplate.Family;
import io.katamonitor.sim.BodyTemplate.Histogram;
import io.katamonitor.sim.BodyTemplate.Part;
import io.katamonitor.sim.BodyTemplate.Sample;
import io.katamonitor.sim.BodyTemplate.SandboxId;
import io.katamonitor.sim.BodyTemplate.Still;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Parses the notation of families, which the header of {@code shim-families.txt} explains. */
final class FamilyNotation {
  private static final String ID = "@ID@";

  private final Layout runtime;
  private final List<Family> families = new ArrayList<>();
  private final TreeMap<String, Course> items = new TreeMap<>();
  private final StringBuilder still = new StringBuilder();
  private List<Part> parts = new ArrayList<>();
  private String name = "";
  private String each = "";
  private String[] values = {""};
  private int samples;

  private FamilyNotation(Layout runtime, int firstSample) {
    this.runtime = runtime;
    this.samples = firstSample;
  }

  /**
   * The families, in the order in which they are written.
   *
   * @param runtime determines the format of numbers
   * @param firstSample number of the first sample, which determines the factor of each sample
   */
  static List<Family> read(String notation, Layout runtime, int firstSample) {
    var reader = new FamilyNotation(runtime, firstSample);
    for (var line : notation.split("\n", -1)) {
      if (!line.isEmpty() && line.charAt(0) != '#') {
        reader.line(line);
      }
    }
    reader.endFamily();
    return reader.families;
  }

  private void line(String line) {
    var words = line.split(" ", -1);
    switch (words[0]) {
      case "family" -> family(words[1], words[2], line.split(" ", 4)[3]);
      case "each" -> {
        each = words[1];
        values = List.of(words).subList(2, words.length).toArray(String[]::new);
      }
      case "zero" -> {
        for (int i = 1; i < words.length; i++) {
          item(words[i], Course.parse("0"));
        }
      }
      case "histogram" -> {
        for (int i = 3; i < words.length; i++) {
          histogram(words[2] + "=\"" + words[i] + "\"", Course.parse(words[1]));
        }
      }
      case "=" -> sample(name, Course.parse(words[1]));
      default -> {
        if (line.startsWith("{") || line.startsWith("_")) {
          sample(name + words[0], Course.parse(words[1]));
        } else {
          item(words[0], Course.parse(words[1]));
        }
      }
    }
  }

  private void family(String newName, String type, String help) {
    endFamily();
    name = newName;
    each = "";
    values = new String[] {""};
    still.append("# HELP ").append(name).append(' ').append(help).append('\n');
    still.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private void item(String item, Course course) {
    for (var value : values) {
      var label = each.isEmpty() ? "" : each + "=\"" + value + "\",";
      items.put(label + "item=\"" + item + "\"", course.ofEach(value));
    }
  }

  private void sample(String series, Course course) {
    int id = series.indexOf(ID);
    if (id >= 0) {
      still.append(series, 0, id);
      endStill();
      parts.add(new SandboxId());
      series = series.substring(id + ID.length());
    }
    if (course.isStill()) {
      var text = new Text();
      text.plain(runtime == Layout.RUNTIME_RS);
      text.number(course.base());
      still.append(series).append(' ');
      still.append(new String(text.toByteArray(), StandardCharsets.UTF_8)).append('\n');
    } else {
      parts.add(new Sample(upTo(series), course, samples++));
      still.append('\n');
    }
  }

  private void histogram(String label, Course count) {
    var before = new ArrayList<byte[]>();
    for (int bound : Histogram.UPPER_BOUNDS) {
      before.add(upTo(name + "_bucket{" + label + ",le=\"" + bound + "\"}"));
      still.append('\n');
    }
    before.add(upTo(name + "_bucket{" + label + ",le=\"+Inf\"}"));
    still.append('\n');
    before.add(upTo(name + "_sum{" + label + "}"));
    still.append('\n');
    before.add(upTo(name + "_count{" + label + "}"));
    still.append('\n');
    parts.add(new Histogram(List.copyOf(before), count, samples++));
  }

  /** The text between the previous number that varies and the next one. */
  private byte[] upTo(String series) {
    var bytes = still.append(series).append(' ').toString().getBytes(StandardCharsets.UTF_8);
    still.setLength(0);
    return bytes;
  }

  private void endStill() {
    parts.add(new Still(still.toString().getBytes(StandardCharsets.UTF_8)));
    still.setLength(0);
  }

  private void endFamily() {
    items.forEach((label, course) -> sample(name + "{" + label + "}", course));
    items.clear();
    if (name.isEmpty()) {
      return;
    }
    endStill();
    families.add(new Family(name, List.copyOf(parts)));
    parts = new ArrayList<>();
  }
}
