package io.katamonitor.merge;

import io.katamonitor.exposition.SamplePart;
import java.util.Arrays;

/**
 * Linked lists of segments, one per family of a response. A node is a segment, or those samples of
 * a segment whose names have one {@link SamplePart}.
 *
 * <p>Nodes 0 to n - 1 are the n segments of all bodies, whole. Further nodes are added for
 * conflicts. Confined to one thread.
 */
final class SegmentNodes {
  /** Heap for each node. */
  static final int NODE_BYTES = Integer.BYTES;

  private static final int[] NONE = {};
  private static final byte[] NO_PARTS = {};

  private final int segments;
  private int[] next;
  private int[] addedSegments = NONE;
  private byte[] addedParts = NO_PARTS;
  private int added;

  SegmentNodes(int segments) {
    this.segments = segments;
    this.next = new int[segments];
    Arrays.fill(next, -1);
  }

  /** The node after this one, or -1. */
  int next(int node) {
    return next[node];
  }

  void link(int node, int after) {
    next[node] = after;
  }

  /**
   * Adds a node for some samples of a segment.
   *
   * @param parts a bit for each part of the samples; bit i stands for the part with code i
   */
  int add(int segment, int parts) {
    if (added == addedSegments.length) {
      int capacity = Math.max(16, 2 * added);
      addedSegments = Arrays.copyOf(addedSegments, capacity);
      addedParts = Arrays.copyOf(addedParts, capacity);
      next = Arrays.copyOf(next, segments + capacity);
    }
    addedSegments[added] = segment;
    addedParts[added] = (byte) parts;
    int node = segments + added++;
    next[node] = -1;
    return node;
  }

  /** Number of added nodes. */
  int added() {
    return added;
  }

  /** The segment of a node, among those of all bodies. */
  int segment(int node) {
    return node < segments ? node : addedSegments[node - segments];
  }

  /** Whether the node was added for a conflict. */
  boolean isAdded(int node) {
    return node >= segments;
  }

  /** Whether samples with this part belong to the node. */
  boolean has(int node, SamplePart part) {
    return node < segments || (addedParts[node - segments] & 1 << part.code()) != 0;
  }

  /** Order of nodes in a family: bodies in their order, segments in the order of arrival. */
  int compare(int a, int b) {
    return segment(a) == segment(b)
        ? Integer.compare(a, b)
        : Integer.compare(segment(a), segment(b));
  }
}
