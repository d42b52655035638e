package io.katamonitor.aggregate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.katamonitor.aggregate.ReferenceBody.Label;
import io.katamonitor.aggregate.ReferenceBody.Metrics;
import io.katamonitor.aggregate.ReferenceBody.Sample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The node's answer as SPEC 4.2 to 4.4 describe it, in the plainest way. */
final class ReferenceNode {
  private static final List<String> TYPES =
      List.of("counter", "gauge", "histogram", "summary", "untyped");
  private static final Set<String> OURS =
      Set.of("sandbox_id", "cri_uid", "cri_name", "cri_namespace");

  /** A family of the answer, of all sandboxes that have it. */
  private static final class Merged {
    final String name;
    final Map<Integer, Metrics> byPart = new LinkedHashMap<>();
    String type = "untyped";
    boolean dropped;

    Merged(String name) {
      this.name = name;
    }

    int votes(String of) {
      return (int) byPart.values().stream().filter(family -> family.type().equals(of)).count();
    }
  }

  private ReferenceNode() {}

  /**
   * The answer's text.
   *
   * @param labels the labels' text of each sandbox
   * @param bodies what each sent; null, or one that must be refused, adds nothing
   */
  static String text(List<String> labels, List<byte @Nullable []> bodies) {
    var merged = new LinkedHashMap<String, Merged>();
    for (int part = 0; part < bodies.size(); part++) {
      byte[] body = bodies.get(part);
      if (body != null) {
        try {
          gather(ReferenceBody.read(body), part, merged);
        } catch (ReferenceBody.Refused _) {
          // Taken whole or not at all.
        }
      }
    }
    settle(merged);
    var text = new StringBuilder();
    merged.values().stream()
        .filter(family -> !family.dropped)
        .sorted(Comparator.comparing(family -> family.name))
        .forEach(family -> print(family, labels, text));
    return text.toString();
  }

  static String outgoing(String name) {
    return name.startsWith("go_") || name.startsWith("process_") ? "kata_shim_" + name : name;
  }

  private static void gather(Map<String, Metrics> body, int part, Map<String, Merged> merged) {
    for (var family : inOrderOfSamples(body)) {
      var name = outgoing(family.name);
      if (name.startsWith("kata_") && !name.startsWith("kata_monitor_")) {
        // Of two that go out under one name, the first is kept.
        merged.computeIfAbsent(name, Merged::new).byPart.putIfAbsent(part, family);
      }
    }
  }

  /** A family that has no samples is nothing; where the first one stands is its place. */
  private static List<Metrics> inOrderOfSamples(Map<String, Metrics> body) {
    var order = new ArrayList<Metrics>();
    body.values().stream().filter(family -> !family.samples.isEmpty()).forEach(order::add);
    order.sort(Comparator.comparingInt(family -> family.place));
    return order;
  }

  private static void settle(Map<String, Merged> merged) {
    for (var family : merged.values()) {
      int most = 0;
      for (var type : TYPES) {
        if (family.votes(type) > most) {
          most = family.votes(type);
          family.type = type;
        }
      }
    }
    for (var whole : merged.values()) {
      var suffixes =
          switch (whole.type) {
            case "histogram" -> List.of("_bucket", "_count", "_sum");
            case "summary" -> List.of("_count", "_sum");
            default -> List.<String>of();
          };
      for (var suffix : suffixes) {
        var other = merged.get(whole.name + suffix);
        if (other != null && !other.dropped && !whole.dropped) {
          (other.byPart.size() > whole.byPart.size() ? whole : other).dropped = true;
        }
      }
    }
  }

  private static void print(Merged family, List<String> labels, StringBuilder to) {
    for (var one : family.byPart.values()) {
      if (one.shownHelp != null) {
        to.append("# HELP ").append(family.name).append(' ').append(one.shownHelp).append('\n');
        break;
      }
    }
    to.append("# TYPE ").append(family.name).append(' ').append(family.type).append('\n');
    family.byPart.forEach((part, one) -> {
      if (one.type().equals(family.type)) {
        one.samples.forEach(sample -> print(sample, labels.get(part), to));
      }
    });
  }

  private static void print(Sample sample, String labels, StringBuilder to) {
    var before = new ArrayList<String>();
    var behind = new ArrayList<String>();
    for (var label : sample.labels()) {
      boolean last = label.name().equals("le") || label.name().equals("quantile");
      (last ? behind : before).add(exported(label, sample.labels()) + "=\"" + label.value() + '"');
    }
    before.add(labels);
    before.addAll(behind);
    to.append(outgoing(sample.name())).append('{').append(String.join(",", before));
    to.append("} ").append(sample.number()).append('\n');
  }

  private static String exported(Label label, List<Label> all) {
    if (!OURS.contains(label.name())) {
      return label.name();
    }
    var taken = new HashSet<String>();
    all.forEach(one -> taken.add(one.name()));
    var name = "exported_" + label.name();
    while (taken.contains(name)) {
      name = "exported_" + name;
    }
    return name;
  }

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** How often each line stands in a text. */
  static Map<String, Integer> lines(String text) {
    var lines = new HashMap<String, Integer>();
    text.lines().forEach(line -> lines.merge(line, 1, Integer::sum));
    return lines;
  }
}
