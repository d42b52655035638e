package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import io.katamonitor.encode.ReferenceBody.Label;
import io.katamonitor.encode.ReferenceBody.Metrics;
import io.katamonitor.encode.ReferenceBody.Sample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reference for the node's response, as simple as possible, with which the encoders are compared.
 */
final class ReferenceNode {
  private static final Set<String> OURS =
      Set.of("sandbox_id", "cri_uid", "cri_name", "cri_namespace");

  /** A name and type, as some sandboxes declare it. */
  private static final class Declared {
    final String name;
    final String type;
    final Set<Integer> sandboxes = new TreeSet<>();
    final List<int[]> places = new ArrayList<>();
    @Nullable String help;
    int helpSandbox;
    int helpPlace;

    Declared(String name, String type) {
      this.name = name;
      this.type = type;
    }

    /** Whether samples with this name belong to it. */
    boolean owns(String sample) {
      return sample.startsWith(name) && has(sample.substring(name.length()));
    }

    private boolean has(String suffix) {
      return switch (suffix) {
        case "" -> true;
        case "_count", "_sum" -> type.equals("histogram") || type.equals("summary");
        case "_bucket" -> type.equals("histogram");
        default -> false;
      };
    }

    boolean isInConflictWith(Declared other) {
      return owns(other.name) || other.owns(name);
    }
  }

  /** A family of the response. */
  private static final class Merged {
    final String name;
    final String type;
    @Nullable String help;
    final StringBuilder lines = new StringBuilder();

    Merged(String name, String type) {
      this.name = name;
      this.type = type;
    }
  }

  /** A sample of a sandbox, with its declaration. */
  private record Placed(int sandbox, Declared declared, Sample sample) {}

  private ReferenceNode() {}

  /**
   * The response's text.
   *
   * @param labels the labels' text of each sandbox
   * @param bodies the body of each; null, or one that must be rejected, adds nothing
   */
  static String text(List<String> labels, List<byte @Nullable []> bodies) {
    var declared = new LinkedHashMap<String, Declared>();
    var samples = new ArrayList<Placed>();
    for (int sandbox = 0; sandbox < bodies.size(); sandbox++) {
      byte[] body = bodies.get(sandbox);
      if (body != null) {
        try {
          gather(sandbox, ReferenceBody.read(body), declared, samples);
        } catch (ReferenceBody.Refused _) {
          // Accepted whole or rejected whole.
        }
      }
    }
    var byVotes = new ArrayList<>(declared.values());
    byVotes.sort(
        Comparator.comparingInt((Declared one) -> -one.sandboxes.size())
            .thenComparingInt(one -> one.places.getFirst()[0])
            .thenComparingInt(one -> one.places.getFirst()[1]));
    var accepted = new LinkedHashSet<Declared>();
    for (var one : byVotes) {
      if (accepted.stream().noneMatch(one::isInConflictWith)) {
        accepted.add(one);
      }
    }
    return print(labels, samples, byVotes, accepted);
  }

  static String outgoing(String name) {
    return name.startsWith("go_") || name.startsWith("process_") ? "kata_shim_" + name : name;
  }

  static boolean isKept(String name) {
    return name.startsWith("kata_") && !name.matches("kata_(monitor|pod)(_.*)?");
  }

  private static void gather(
      int sandbox,
      Map<String, Metrics> body,
      Map<String, Declared> declared,
      List<Placed> samples) {
    var own = new ArrayList<Placed>();
    for (var family : body.values()) {
      var name = outgoing(family.name);
      if (!isKept(name) || family.samples.isEmpty()) {
        continue;
      }
      var one =
          declared.computeIfAbsent(
              name + " " + family.type(), key -> new Declared(name, family.type()));
      one.sandboxes.add(sandbox);
      one.places.add(new int[] {sandbox, family.samples.getFirst().place()});
      one.places.sort(
          Comparator.comparingInt((int[] place) -> place[0]).thenComparingInt(place -> place[1]));
      // Of two families of a body with one name in the response, the text that comes first.
      boolean isEarlier = one.helpSandbox == sandbox && family.shownHelpPlace < one.helpPlace;
      if (family.shownHelp != null && (one.help == null || isEarlier)) {
        one.help = family.shownHelp;
        one.helpSandbox = sandbox;
        one.helpPlace = family.shownHelpPlace;
      }
      family.samples.forEach(sample -> own.add(new Placed(sandbox, one, sample)));
    }
    own.sort(Comparator.comparingInt(placed -> placed.sample().place()));
    samples.addAll(own);
  }

  private static String print(
      List<String> labels, List<Placed> samples, List<Declared> byVotes, Set<Declared> accepted) {
    var families = new TreeMap<String, Merged>();
    for (var one : accepted) {
      var family = new Merged(one.name, one.type);
      family.help = one.help;
      families.put(one.name, family);
    }
    for (var placed : samples) {
      var name = outgoing(placed.sample().name());
      var owner = placed.declared();
      if (!accepted.contains(owner)) {
        owner =
            accepted.stream()
                .filter(one -> one.owns(name))
                .min(Comparator.comparing(one -> !one.name.equals(name)))
                .orElse(null);
      }
      var family =
          owner == null
              ? families.computeIfAbsent(name, key -> new Merged(name, "untyped"))
              : requireNonNull(families.get(owner.name));
      boolean fits = owner == placed.declared();
      print(placed.sample(), labels.get(placed.sandbox()), fits ? "" : family.type, family.lines);
    }
    for (var one : byVotes) {
      var family = families.get(one.name);
      if (family != null && family.help == null && !accepted.contains(one)) {
        family.help = one.help;
      }
    }
    var text = new StringBuilder();
    for (var family : families.values()) {
      if (family.help != null) {
        text.append("# HELP ").append(family.name).append(' ').append(family.help).append('\n');
      }
      text.append("# TYPE ").append(family.name).append(' ').append(family.type).append('\n');
      text.append(family.lines);
    }
    return text.toString();
  }

  /**
   * @param foreignType the type of the family, if the sample is not declared with it
   */
  private static void print(Sample sample, String labels, String foreignType, StringBuilder to) {
    var before = new ArrayList<String>();
    var after = new ArrayList<String>();
    var bound =
        foreignType.equals("histogram") ? "le" : foreignType.equals("summary") ? "quantile" : "";
    for (var label : sample.labels()) {
      boolean isLast = label.name().equals("le") || label.name().equals("quantile");
      boolean isRenamed =
          OURS.contains(label.name())
              || (label.name().equals(bound) && !ReferenceBody.isNumber(label.value()));
      var name = isRenamed ? exported(label, sample.labels()) : label.name();
      (isLast ? after : before).add(name + "=\"" + label.value() + '"');
    }
    before.add(labels);
    before.addAll(after);
    to.append(outgoing(sample.name())).append('{').append(String.join(",", before));
    to.append("} ").append(sample.number()).append('\n');
  }

  private static String exported(Label label, List<Label> all) {
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
