package io.katamonitor.merge;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SamplePart;
import io.katamonitor.template.DecodedBody;
import io.katamonitor.template.FamilyTemplate;

/**
 * The position of one encoder in merged families: family by family, and in each segment by segment.
 * Confined to one thread.
 */
public final class FamilyCursor {
  private final MergedFamilies families;
  private int family = -1;
  private int nextNode = -1;
  private int node = -1;
  private int body;

  public FamilyCursor(MergedFamilies families) {
    this.families = families;
  }

  /** Moves to the next wanted family, before its first segment; false if there is none. */
  public boolean nextFamily() {
    while (family + 1 < families.families().size()) {
      family++;
      if (families.isWanted(family())) {
        rewindFamily();
        return true;
      }
    }
    return false;
  }

  /** Moves before the first segment of the family. */
  public void rewindFamily() {
    nextNode = family().firstNode();
    body = 0;
  }

  public MergedFamily family() {
    return families.families().get(family);
  }

  /** Moves to the next segment of the family; false if there is none. */
  public boolean nextSegment() {
    if (nextNode < 0) {
      return false;
    }
    node = nextNode;
    nextNode = families.nodes().next(node);
    body = families.bodyOf(families.nodes().segment(node), body);
    return true;
  }

  /**
   * Whether the next segment of the family belongs to the same body as this one, and its
   * declaration is the accepted one.
   */
  public boolean continuesInNextSegment() {
    if (nextNode < 0 || families.nodes().isAdded(nextNode)) {
      return false;
    }
    int segment = families.nodes().segment(nextNode);
    return families.bodyOf(segment, body) == body
        && body().template(families.segmentInBody(segment, body)).type() == family().type();
  }

  /** Index of the body among those that were merged. */
  public int bodyIndex() {
    return body;
  }

  public DecodedBody body() {
    return families.body(body).body();
  }

  public SandboxLabels labels() {
    return families.body(body).labels();
  }

  /** Index of the segment in its body. */
  public int segment() {
    return families.segmentInBody(families.nodes().segment(node), body);
  }

  public FamilyTemplate template() {
    return body().template(segment());
  }

  /** Whether samples of the segment with this part belong to the family. */
  public boolean has(SamplePart part) {
    return families.nodes().has(node, part);
  }

  /** Whether the sandbox's declaration of the family is the accepted one. */
  public boolean isOfFamilyType() {
    return !families.nodes().isAdded(node) && template().type() == family().type();
  }

  /**
   * Whether all samples may stand in a message of the family's type: those declared with the type,
   * and any sample in an untyped family.
   */
  public boolean fitsFamilyType() {
    return family().type() == FamilyType.UNTYPED || isOfFamilyType();
  }
}
