package io.katamonitor.merge;

import io.katamonitor.exposition.SamplePart;
import io.katamonitor.template.FamilyTemplate;
import io.katamonitor.template.SegmentLines;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Merges bodies: links the segments of each family, in the order of the bodies, and moves the
 * samples of declarations that are rejected. One merge per instance. Confined to one thread.
 */
final class FamilyMerger {
  /** Conflicts that are reported by name; all are counted. */
  private static final int MAX_REPORTED = 16;

  private final List<LabeledBody> bodies;

  /** Index of each body's first segment among all segments; one more for the end. */
  private final int[] firstSegments;

  private final SegmentNodes nodes;
  private final Map<String, Declaration> byName = new HashMap<>();
  private final List<TypeConflict> conflicts = new ArrayList<>();
  private int conflictCount;

  /** Made for the first conflict. */
  private @Nullable SegmentLines lines;

  FamilyMerger(List<LabeledBody> bodies, int[] firstSegments) {
    this.bodies = bodies;
    this.firstSegments = firstSegments;
    this.nodes = new SegmentNodes(firstSegments[bodies.size()]);
  }

  SegmentNodes nodes() {
    return nodes;
  }

  /** Sandboxes' declarations that were rejected, the first {@value #MAX_REPORTED}. */
  List<TypeConflict> conflicts() {
    return conflicts;
  }

  /** Number of sandboxes' declarations that were rejected. */
  int conflictCount() {
    return conflictCount;
  }

  /**
   * Merges.
   *
   * @param kept whether a family with this name is wanted
   * @return the families in the order of the response
   */
  List<MergedFamily> merge(Predicate<String> kept) {
    for (int body = 0; body < bodies.size(); body++) {
      addBody(body);
    }
    var resolution = ConflictResolution.resolve(byName);
    var accepted = byName.values();
    if (resolution != null) {
      for (var rejected : resolution.rejected()) {
        move(rejected, resolution);
      }
      resolution.completeHelp();
      accepted = resolution.accepted();
    }
    var families = new ArrayList<MergedFamily>(accepted.size());
    for (var declaration : accepted) {
      if (kept.test(declaration.name())) {
        linkAdded(declaration);
        families.add(
            new MergedFamily(
                declaration.name(),
                declaration.nameBytes(),
                declaration.type,
                declaration.help,
                declaration.firstNode));
      }
    }
    families.sort(KataNames::compare);
    return families;
  }

  private void addBody(int index) {
    var body = bodies.get(index).body();
    for (int segment = 0; segment < body.segments(); segment++) {
      var template = body.template(segment);
      var declaration = declaration(template, index);
      int node = firstSegments[index] + segment;
      if (declaration.lastNode < 0) {
        declaration.firstNode = node;
      } else {
        nodes.link(declaration.lastNode, node);
      }
      declaration.lastNode = node;
      if (declaration.lastBody != index) {
        declaration.lastBody = index;
        declaration.votes++;
      }
      if (declaration.help == null) {
        declaration.help = template.help();
      }
    }
  }

  private Declaration declaration(FamilyTemplate template, int body) {
    var family = template.family();
    var first = byName.get(family.name());
    if (first == null) {
      var declaration = new Declaration(family, template.type(), body);
      byName.put(family.name(), declaration);
      return declaration;
    }
    var last = first;
    for (var one = first; one != null; one = one.sameName) {
      if (one.type == template.type()) {
        return one;
      }
      last = one;
    }
    var declaration = new Declaration(family, template.type(), body);
    last.sameName = declaration;
    return declaration;
  }

  /** Moves the samples of a rejected declaration to where their names belong. */
  private void move(Declaration rejected, ConflictResolution resolution) {
    conflictCount += rejected.votes;
    int body = rejected.firstBody;
    int reported = -1;
    for (int node = rejected.firstNode; node >= 0; node = nodes.next(node)) {
      while (firstSegments[body + 1] <= node) {
        body++;
      }
      if (reported != body && conflicts.size() < MAX_REPORTED) {
        conflicts.add(new TypeConflict(body, rejected.name(), rejected.type));
        reported = body;
      }
      moveSegment(node, partsOf(node, body), rejected, resolution);
    }
  }

  /** Moves the samples of a segment, together as far as they go to one family. */
  private void moveSegment(
      int segment, Set<SamplePart> parts, Declaration rejected, ConflictResolution resolution) {
    while (!parts.isEmpty()) {
      Declaration target = null;
      int moved = 0;
      for (var part : SamplePart.values()) {
        if (parts.contains(part)) {
          var owner = resolution.targetOf(rejected, rejected.name() + part.suffix());
          if (target == null || target == owner) {
            target = owner;
            moved |= 1 << part.code();
            parts.remove(part);
          }
        }
      }
      if (target != null) {
        addNode(target, nodes.add(segment, moved));
      }
    }
  }

  /** The parts of which the segment has samples. */
  private Set<SamplePart> partsOf(int segment, int body) {
    if (lines == null) {
      lines = new SegmentLines(new SegmentLines.Buffer());
    }
    lines.open(bodies.get(body).body(), segment - firstSegments[body]);
    var parts = EnumSet.noneOf(SamplePart.class);
    while (lines.next()) {
      parts.add(lines.part());
    }
    return parts;
  }

  private static void addNode(Declaration target, int node) {
    if (target.addedNodes == null) {
      target.addedNodes = new int[16];
    } else if (target.addedCount == target.addedNodes.length) {
      target.addedNodes = Arrays.copyOf(target.addedNodes, 2 * target.addedCount);
    }
    target.addedNodes[target.addedCount++] = node;
  }

  /** Puts the nodes that were moved to a declaration in order with its own. */
  private void linkAdded(Declaration declaration) {
    if (declaration.addedNodes == null) {
      return;
    }
    var all = new ArrayList<Integer>();
    for (int node = declaration.firstNode; node >= 0; node = nodes.next(node)) {
      all.add(node);
    }
    for (int i = 0; i < declaration.addedCount; i++) {
      all.add(declaration.addedNodes[i]);
    }
    all.sort(nodes::compare);
    declaration.firstNode = all.getFirst();
    for (int i = 0; i < all.size(); i++) {
      nodes.link(all.get(i), i + 1 < all.size() ? all.get(i + 1) : -1);
    }
  }
}
