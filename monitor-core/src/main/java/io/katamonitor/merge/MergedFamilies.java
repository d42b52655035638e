package io.katamonitor.merge;

import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.MemoryExhaustedException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The families of all bodies of a scrape, in the order of the response. Nothing is copied: it is an
 * order over the segments of the bodies. Encoders read it with a {@link FamilyCursor}.
 *
 * <p>Immutable. It holds the bodies until its last holder has released it. Confined to one thread.
 */
public final class MergedFamilies {
  private final List<LabeledBody> bodies;
  private final int[] firstSegments;
  private final SegmentNodes nodes;
  private final List<MergedFamily> families;
  private final List<TypeConflict> conflicts;
  private final int conflictCount;
  private final MergeHeap heap;
  private final Predicate<String> kept;

  /** The merge of which this is a selection; null if it is a merge itself. */
  private final @Nullable MergedFamilies whole;

  private int holders = 1;

  /**
   * Merges bodies, and retains them.
   *
   * @param kept whether a family with this name is wanted
   * @param account of the heap for merges
   */
  public MergedFamilies(List<LabeledBody> bodies, Predicate<String> kept, MemoryAccount account)
      throws MemoryExhaustedException {
    this.bodies = List.copyOf(bodies);
    this.kept = kept;
    this.heap = new MergeHeap(account);
    this.whole = null;
    this.firstSegments = new int[bodies.size() + 1];
    for (int i = 0; i < bodies.size(); i++) {
      firstSegments[i + 1] = firstSegments[i] + bodies.get(i).body().segments();
    }
    FamilyMerger merger;
    boolean isMerged = false;
    try {
      merger = new FamilyMerger(this.bodies, firstSegments, heap);
      this.families = merger.merge();
      isMerged = true;
    } finally {
      if (isMerged) {
        heap.releaseTemporary();
      } else {
        heap.release();
      }
    }
    this.nodes = merger.nodes();
    this.conflicts = List.copyOf(merger.conflicts());
    this.conflictCount = merger.conflictCount();
    for (var body : bodies) {
      body.body().retain();
    }
  }

  private MergedFamilies(MergedFamilies whole, Predicate<String> kept) {
    this.bodies = whole.bodies;
    this.firstSegments = whole.firstSegments;
    this.nodes = whole.nodes;
    this.families = whole.families;
    this.conflicts = whole.conflicts;
    this.conflictCount = whole.conflictCount;
    this.heap = whole.heap;
    this.kept = kept;
    this.whole = whole;
    whole.retain();
  }

  /**
   * Selects families of this merge, which is shared and not copied: it takes no memory that grows
   * with the bodies. The caller releases it.
   *
   * @param wanted whether a family with this name is wanted
   */
  public MergedFamilies select(Predicate<String> wanted) {
    return new MergedFamilies(this, wanted);
  }

  /** Whether the family is among those that are wanted. */
  boolean isWanted(MergedFamily family) {
    return kept.test(family.name());
  }

  List<MergedFamily> families() {
    return families;
  }

  SegmentNodes nodes() {
    return nodes;
  }

  /** The body to which a segment belongs; {@code from} is at most its index. */
  int bodyOf(int segment, int from) {
    int body = from;
    while (firstSegments[body + 1] <= segment) {
      body++;
    }
    return body;
  }

  LabeledBody body(int index) {
    return bodies.get(index);
  }

  int segmentInBody(int segment, int body) {
    return segment - firstSegments[body];
  }

  /** Number of bodies. */
  public int bodies() {
    return bodies.size();
  }

  /** Number of sandboxes' declarations that were rejected. */
  public int conflictCount() {
    return conflictCount;
  }

  /** Some of these declarations. */
  public List<TypeConflict> conflicts() {
    return conflicts;
  }

  /** Adds a holder, which releases it too. */
  public void retain() {
    assert holders > 0;
    holders++;
  }

  /** Removes a holder; without any, the bodies are released. */
  public void release() {
    assert holders > 0;
    if (--holders == 0) {
      if (whole != null) {
        whole.release();
        return;
      }
      heap.release();
      for (var body : bodies) {
        body.body().release();
      }
    }
  }
}
