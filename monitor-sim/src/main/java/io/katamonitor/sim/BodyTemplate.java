package io.katamonitor.sim;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes the metrics text of a shim. Constant text is shared by all sandboxes, so that a body takes
 * one copy and the formatting of the numbers that vary. Immutable once read.
 */
@SuppressWarnings("ArrayRecordComponent") // parts are never compared
final class BodyTemplate {
  /** Some lines of a family. */
  sealed interface Part {
    void write(Text text, Moment moment);
  }

  /** Text, then a number that varies, then a line feed. */
  record Sample(byte[] before, Course course, int number) implements Part {
    @Override
    public void write(Text text, Moment moment) {
      text.append(before).number(course.at(moment, number));
    }
  }

  record Still(byte[] lines) implements Part {
    @Override
    public void write(Text text, Moment moment) {
      text.append(lines);
    }
  }

  /** The sandbox's id, within a label. */
  record SandboxId() implements Part {
    @Override
    public void write(Text text, Moment moment) {
      text.append(moment.id());
    }
  }

  /** Buckets, sum and count of one histogram; {@code before} is each line up to its number. */
  record Histogram(List<byte[]> before, Course count, int number) implements Part {
    static final int[] UPPER_BOUNDS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

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

  record Family(String name, List<Part> parts) {
    boolean isGuests() {
      return name.startsWith("kata_guest_") || name.startsWith("kata_agent_");
    }
  }

  private final Layout runtime;
  private final List<Family> shims = new ArrayList<>();
  private final List<Family> guests = new ArrayList<>();

  private BodyTemplate(Layout runtime) {
    this.runtime = runtime;
  }

  /** The larger body, used for measurements: 69 families in 1,278 lines, 84 KB. */
  static BodyTemplate read() {
    return read(Layout.GO, "shim-families.txt");
  }

  /**
   * Reads families from resources beside this class.
   *
   * @param runtime decides their order
   */
  static BodyTemplate read(Layout runtime, String... resources) {
    var template = new BodyTemplate(runtime);
    for (var resource : resources) {
      try (InputStream in = BodyTemplate.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new IllegalStateException(resource + " is not beside the classes");
        }
        var notation = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        for (var family : FamilyNotation.read(notation, runtime, template.families() * 100)) {
          (family.isGuests() ? template.guests : template.shims).add(family);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return template;
  }

  int families() {
    return shims.size() + guests.size();
  }

  /**
   * Writes a body and the end of each family in it. The Go shim sends the guest's families last, in
   * a different order each time, because it iterates over a Go map (containerd-shim-v2,
   * decodeAgentMetrics). runtime-rs sends them first, by name.
   */
  void write(Text text, Moment moment, SplittableRandom order, List<Integer> familyEnds) {
    if (runtime == Layout.RUNTIME_RS) {
      write(guests, text, moment, familyEnds);
      write(shims, text, moment, familyEnds);
      return;
    }
    write(shims, text, moment, familyEnds);
    var shuffled = new ArrayList<>(guests);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      int other = order.nextInt(i + 1);
      shuffled.set(i, shuffled.set(other, shuffled.get(i)));
    }
    write(shuffled, text, moment, familyEnds);
  }

  /** Writes a body without the guest's families: the agent's policy denied the request. */
  void writeDenied(Text text, Moment moment, List<Integer> familyEnds) {
    write(shims, text, moment, familyEnds);
  }

  private static void write(
      List<Family> families, Text text, Moment moment, List<Integer> familyEnds) {
    for (var family : families) {
      for (var part : family.parts) {
        part.write(text, moment);
      }
      familyEnds.add(text.length());
    }
  }
}
