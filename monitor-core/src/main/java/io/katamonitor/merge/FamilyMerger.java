package io.katamonitor.merge;

import io.katamonitor.exposition.SamplePart;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.template.FamilyTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Merges bodies: links the segments of each family, in the order of the bodies, and moves the
 * samples of declarations that are rejected. One merge per instance. Confined to one thread.
 */
final class FamilyMerger {
  /** Maximum number of conflicts that are reported by name; all are counted. */
  private static final int MAX_REPORTED = 16;

  /** Heap while a declaration is merged: the object, its places in two maps and two lists. */
  private static final int DECLARATION_BYTES = 160;

  /** Heap for a family of the result, whose name the learned family holds too. */
  private static final int FAMILY_BYTES = 40;

  /** Heap of a node that is added for a conflict: kept, and needed while nodes are sorted. */
  private static final int ADDED_NODE_BYTES = 26;

  private static final int ADDING_BYTES = 24;

  private final List<LabeledBody> bodies;

  /** Index of each body's first segment among all segments; one more for the end. */
  private final int[] firstSegments;

  private final SegmentNodes nodes;
  private final MergeHeap heap;
  private final Map<String, Declaration> byName = new HashMap<>();
  private final List<TypeConflict> conflicts = new ArrayList<>();
  private int conflictCount;

  /**
   * @param firstSegments index of each body's first segment among all; one more for the end
   * @param heap to which all that the merge allocates is charged; the caller releases it
   */
  FamilyMerger(List<LabeledBody> bodies, int[] firstSegments, MergeHeap heap)
      throws MemoryExhaustedException {
    this.bodies = bodies;
    this.firstSegments = firstSegments;
    this.heap = heap;
    heap.chargeKept((long) SegmentNodes.NODE_BYTES * firstSegments[bodies.size()]);
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
   * @return the families in the order of the response
   */
  List<MergedFamily> merge() throws MemoryExhaustedException {
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
    heap.chargeKept((long) FAMILY_BYTES * accepted.size());
    var families = new ArrayList<MergedFamily>(accepted.size());
    for (var declaration : accepted) {
      linkAdded(declaration);
      families.add(
          new MergedFamily(
              declaration.name(),
              declaration.nameBytes(),
              declaration.type,
              declaration.help,
              declaration.firstNode));
    }
    families.sort(KataNames::compare);
    return families;
  }

  private void addBody(int index) throws MemoryExhaustedException {
    var body = bodies.get(index).body();
    for (int segment = 0; segment < body.segments(); segment++) {
      var template = body.template(segment);
      if (template.family().isHidden()) {
        continue;
      }
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

  private Declaration declaration(FamilyTemplate template, int body)
      throws MemoryExhaustedException {
    var family = template.family();
    var first = byName.get(family.name());
    if (first == null) {
      heap.chargeTemporary(DECLARATION_BYTES);
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
    heap.chargeTemporary(DECLARATION_BYTES);
    var declaration = new Declaration(family, template.type(), body);
    last.sameName = declaration;
    return declaration;
  }

  /** Moves the samples of a rejected declaration to the families to which their names belong. */
  private void move(Declaration rejected, ConflictResolution resolution)
      throws MemoryExhaustedException {
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
      int segment, Set<SamplePart> parts, Declaration rejected, ConflictResolution resolution)
      throws MemoryExhaustedException {
    while (!parts.isEmpty()) {
      Declaration target = null;
      int moved = 0;
      for (var part : SamplePart.values()) {
        if (parts.contains(part)) {
          var owner = target(rejected, rejected.name() + part.suffix(), resolution);
          if (target == null || target == owner) {
            target = owner;
            moved |= part.bit();
            parts.remove(part);
          }
        }
      }
      if (target != null) {
        if (nodes.added() == 0) {
          heap.chargeTemporary((long) SegmentNodes.NODE_BYTES * firstSegments[bodies.size()]);
        }
        heap.chargeKept(ADDED_NODE_BYTES);
        heap.chargeTemporary(ADDING_BYTES);
        addNode(target, nodes.add(segment, moved));
      }
    }
  }

  private Declaration target(Declaration rejected, String sampleName, ConflictResolution resolution)
      throws MemoryExhaustedException {
    var owner = resolution.ownerOf(sampleName);
    if (owner == null) {
      // Its name is held twice, as text and as bytes, by it alone.
      heap.chargeTemporary(DECLARATION_BYTES);
      heap.chargeKept(80 + 2L * sampleName.length());
      owner = resolution.addUntyped(rejected, sampleName);
    }
    return owner;
  }

  /**
   * The parts of which the segment has samples. Reads no sample: reading those of all bodies of a
   * node blocked the event loop for 200 ms.
   */
  private Set<SamplePart> partsOf(int segment, int body) {
    int bits = bodies.get(body).body().parts(segment - firstSegments[body]);
    var parts = EnumSet.noneOf(SamplePart.class);
    for (var part : SamplePart.values()) {
      if ((bits & part.bit()) != 0) {
        parts.add(part);
      }
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

  /** Sorts the nodes that were moved to a declaration together with its own. */
  private void linkAdded(Declaration declaration) {
    if (declaration.addedNodes == null) {
      return;
    }
    var added = new long[declaration.addedCount];
    for (int i = 0; i < added.length; i++) {
      int node = declaration.addedNodes[i];
      added[i] = (long) nodes.segment(node) << Integer.SIZE | node;
    }
    Arrays.sort(added);
    int own = declaration.firstNode;
    declaration.lastNode = -1;
    for (long one : added) {
      int node = (int) one;
      while (own >= 0 && nodes.compare(own, node) < 0) {
        int next = nodes.next(own);
        append(declaration, own);
        own = next;
      }
      append(declaration, node);
    }
    nodes.link(declaration.lastNode, own);
  }

  private void append(Declaration declaration, int node) {
    if (declaration.lastNode < 0) {
      declaration.firstNode = node;
    } else {
      nodes.link(declaration.lastNode, node);
    }
    declaration.lastNode = node;
  }
}
