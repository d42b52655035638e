package io.katamonitor.merge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.template.Family;
import org.jspecify.annotations.Nullable;

/**
 * A name and type under which bodies send a family, while bodies are merged. Owned by {@link
 * FamilyMerger}, which fills it.
 */
final class Declaration {
  private final String name;
  private final byte[] nameBytes;
  final FamilyType type;

  /** Next declaration of the same name; null for the last one. */
  @Nullable Declaration sameName;

  /** Number of bodies that declare it. */
  int votes;

  final int firstBody;
  int lastBody = -1;
  int firstNode = -1;
  int lastNode = -1;
  byte @Nullable [] help;
  boolean isRejected;

  /** Nodes of rejected declarations that were moved to this one. */
  int @Nullable [] addedNodes;

  int addedCount;

  Declaration(Family family, FamilyType type, int firstBody) {
    this.name = family.name();
    this.nameBytes = family.nameBytes();
    this.type = type;
    this.firstBody = firstBody;
  }

  /** An untyped family for samples of this name. */
  Declaration(String sampleName, int firstBody) {
    this.name = sampleName;
    this.nameBytes = sampleName.getBytes(US_ASCII);
    this.type = FamilyType.UNTYPED;
    this.firstBody = firstBody;
  }

  String name() {
    return name;
  }

  byte[] nameBytes() {
    return nameBytes;
  }

  /** The order in which declarations are accepted: most bodies first, then the first segment. */
  static int compare(Declaration a, Declaration b) {
    return a.votes == b.votes
        ? Integer.compare(a.firstNode, b.firstNode)
        : Integer.compare(b.votes, a.votes);
  }
}
