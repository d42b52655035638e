package io.katamonitor.sim;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Makes the metrics text of a shim: 69 families in 1,278 lines and about 84 KB. Text that never
 * changes is shared by all sandboxes, so that a body costs a copy and the numbers that move.
 * Immutable once read.
 */
@SuppressWarnings("ArrayRecordComponent") // parts are never compared
final class BodyTemplate {
  private static final int[] UPPER_BOUNDS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

  /** Some lines of a family. */
  private sealed interface Part {
    void write(Text text, Moment moment);
  }

  /** Text, then a number that moves, then a line feed. */
  private record Sample(byte[] before, Course course, int number) implements Part {
    @Override
    public void write(Text text, Moment moment) {
      text.append(before).number(course.at(moment, number));
    }
  }

  private record Still(byte[] lines) implements Part {
    @Override
    public void write(Text text, Moment moment) {
      text.append(lines);
    }
  }

  /** Buckets, sum and count of one histogram; {@code before} is each line up to its number. */
  private record Histogram(List<byte[]> before, Course count, int number) implements Part {
    @Override
    public void write(Text text, Moment moment) {
      int observed = (int) count.at(moment, number);
      double median = 2 + 30 * Moment.unit(moment.seed() * 17 + number);
      for (int i = 0; i < UPPER_BOUNDS.length; i++) {
        double odds = median / UPPER_BOUNDS[i];
        text.append(before.get(i)).number((int) (observed / (1 + odds * Math.sqrt(odds))));
      }
      text.append(before.get(UPPER_BOUNDS.length)).number(observed);
      text.append(before.get(UPPER_BOUNDS.length + 1)).number((int) (observed * median * 1.3));
      text.append(before.get(UPPER_BOUNDS.length + 2)).number(observed);
    }
  }

  private record Family(String name, List<Part> parts) {
    boolean isGuests() {
      return name.startsWith("kata_guest_") || name.startsWith("kata_agent_");
    }
  }

  private final List<Family> shims = new ArrayList<>();
  private final List<Family> guests = new ArrayList<>();

  private BodyTemplate() {}

  /** Reads the families from the resource beside this class. */
  static BodyTemplate read() {
    var template = new BodyTemplate();
    try (InputStream in = BodyTemplate.class.getResourceAsStream("shim-families.txt")) {
      if (in == null) {
        throw new IllegalStateException("shim-families.txt is not beside the classes");
      }
      new Reader(template).read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return template;
  }

  int families() {
    return shims.size() + guests.size();
  }

  /**
   * Writes a body, and where each family ends in it. The guest's families stand in another order
   * each time: the shim walks a Go map of them (containerd-shim-v2, decodeAgentMetrics).
   */
  void write(Text text, Moment moment, SplittableRandom order, List<Integer> familyEnds) {
    for (var family : shims) {
      write(family, text, moment, familyEnds);
    }
    var shuffled = new ArrayList<>(guests);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      int other = order.nextInt(i + 1);
      shuffled.set(i, shuffled.set(other, shuffled.get(i)));
    }
    for (var family : shuffled) {
      write(family, text, moment, familyEnds);
    }
  }

  private static void write(Family family, Text text, Moment moment, List<Integer> familyEnds) {
    for (var part : family.parts) {
      part.write(text, moment);
    }
    familyEnds.add(text.length());
  }

  /** Reads the notation that the head of {@code shim-families.txt} explains. */
  private static final class Reader {
    private final BodyTemplate template;
    private final TreeMap<String, Course> items = new TreeMap<>();
    private final StringBuilder still = new StringBuilder();
    private List<Part> parts = new ArrayList<>();
    private String name = "";
    private String each = "";
    private String[] values = {""};
    private int samples;

    Reader(BodyTemplate template) {
      this.template = template;
    }

    void read(String notation) {
      for (var line : notation.split("\n", -1)) {
        if (!line.isEmpty() && line.charAt(0) != '#') {
          line(line);
        }
      }
      endFamily();
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
        items.put(label + "item=\"" + item + "\"", course);
      }
    }

    private void sample(String head, Course course) {
      if (course.isStill()) {
        still.append(head).append(' ').append(Text.goFloat(course.base())).append('\n');
      } else {
        parts.add(new Sample(upTo(head), course, samples++));
        still.append('\n');
      }
    }

    private void histogram(String label, Course count) {
      var before = new ArrayList<byte[]>();
      for (int bound : UPPER_BOUNDS) {
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

    /** What stands since the last number that moves, up to the next one. */
    private byte[] upTo(String head) {
      var bytes = still.append(head).append(' ').toString().getBytes(StandardCharsets.UTF_8);
      still.setLength(0);
      return bytes;
    }

    private void endFamily() {
      items.forEach((label, course) -> sample(name + "{" + label + "}", course));
      items.clear();
      if (name.isEmpty()) {
        return;
      }
      parts.add(new Still(still.toString().getBytes(StandardCharsets.UTF_8)));
      still.setLength(0);
      var family = new Family(name, List.copyOf(parts));
      (family.isGuests() ? template.guests : template.shims).add(family);
      parts = new ArrayList<>();
    }
  }
}
