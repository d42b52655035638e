package io.katamonitor.merge;

import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.MemoryExhaustedException;
import java.util.List;
import java.util.function.Predicate;

/**
 * The families of all bodies of a scrape, in the order of the response. Nothing is copied: it is an
 * order over the segments of the bodies. Encoders read it with a {@link FamilyCursor}.
 *
 * <p>Immutable. It holds the bodies until its last holder has released it. Confined to one thread.
 */
public final class MergedFamilies {
  /** Estimate of the heap for a family while it is merged. */
  private static final int FAMILY_BYTES = 200;

  private final List<LabeledBody> bodies;
  private final int[] firstSegments;
  private final SegmentNodes nodes;
  private final List<MergedFamily> families;
  private final List<TypeConflict> conflicts;
  private final int conflictCount;
  private final MemoryAccount account;
  private final long chargedBytes;
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
    this.account = account;
    this.firstSegments = new int[bodies.size() + 1];
    for (int i = 0; i < bodies.size(); i++) {
      firstSegments[i + 1] = firstSegments[i] + bodies.get(i).body().segments();
    }
    var merger = new FamilyMerger(this.bodies, firstSegments);
    this.families = merger.merge(kept);
    this.nodes = merger.nodes();
    this.conflicts = List.copyOf(merger.conflicts());
    this.conflictCount = merger.conflictCount();
    this.chargedBytes =
        (long) SegmentNodes.NODE_BYTES * firstSegments[bodies.size()]
            + (long) FAMILY_BYTES * families.size();
    account.charge(chargedBytes);
    for (var body : bodies) {
      body.body().retain();
    }
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

  /** Number of sandboxes' declarations that others outvoted. */
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

  /** Releases the bodies when nobody holds it any longer. */
  public void release() {
    assert holders > 0;
    if (--holders == 0) {
      account.release(chargedBytes);
      for (var body : bodies) {
        body.body().release();
      }
    }
  }
}
