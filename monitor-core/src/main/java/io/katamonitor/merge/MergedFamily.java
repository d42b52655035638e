package io.katamonitor.merge;

import io.katamonitor.exposition.FamilyType;
import org.jspecify.annotations.Nullable;

/** A family of a response. Immutable. */
public final class MergedFamily {
  private final String name;
  private final byte[] nameBytes;
  private final FamilyType type;
  private final byte @Nullable [] help;
  private final int firstNode;

  MergedFamily(
      String name, byte[] nameBytes, FamilyType type, byte @Nullable [] help, int firstNode) {
    this.name = name;
    this.nameBytes = nameBytes;
    this.type = type;
    this.help = help;
    this.firstNode = firstNode;
  }

  public String name() {
    return name;
  }

  /** The name as ASCII. The caller must not modify the array. */
  public byte[] nameBytes() {
    return nameBytes;
  }

  public FamilyType type() {
    return type;
  }

  /**
   * The HELP text, escaped as in the text format; null if there is none. The caller must not modify
   * the array.
   */
  public byte @Nullable [] help() {
    return help;
  }

  /** First of its nodes in {@link MergedFamilies}. */
  int firstNode() {
    return firstNode;
  }
}
