package io.katamonitor.exposition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A metric family, by the name shims give it. The shim's own process families, {@code go_*} and
 * {@code process_*}, go out as {@code kata_shim_go_*} and {@code kata_shim_process_*}. Mutable
 * where the decoder learns; confined to its thread.
 */
public final class Family {
  private static final String SHIM_PREFIX = "kata_shim_";
  private static final byte[] SHIM_PREFIX_BYTES = SHIM_PREFIX.getBytes(ISO_8859_1);
  private static final byte[] NO_PREFIX = {};

  private final String name;
  private final byte[] nameBytes;
  private final byte[] samplePrefix;
  private final int ordinal;
  private final @Nullable DropReason dropped;

  /**
   * The family of another raw name that goes out under the same name; itself where there is none.
   */
  private final Family outgoing;

  private boolean collides;

  /** The shapes seen, the one seen last in front. */
  final List<FamilyShape> shapes = new ArrayList<>(1);

  /** How many bodies, decoded or in work, refer to it: it must not be forgotten before. */
  int references;

  Family(String rawName, int ordinal, FamilyRule rule, @Nullable Family sameName) {
    boolean renamed = isShimProcess(rawName);
    this.name = outgoingName(rawName);
    this.nameBytes = name.getBytes(ISO_8859_1);
    this.samplePrefix = renamed ? SHIM_PREFIX_BYTES : NO_PREFIX;
    this.ordinal = ordinal;
    this.dropped = rule.drops(name);
    this.outgoing = sameName == null ? this : sameName;
    if (sameName != null) {
      sameName.collides = true;
      collides = true;
    }
  }

  static String outgoingName(String rawName) {
    return isShimProcess(rawName) ? SHIM_PREFIX + rawName : rawName;
  }

  private static boolean isShimProcess(String name) {
    return name.startsWith("go_") || name.startsWith("process_");
  }

  /** The name it goes out under. */
  public String name() {
    return name;
  }

  /** The same in bytes; not to be changed. */
  public byte[] nameBytes() {
    return nameBytes;
  }

  /** The one that stands for all families of this outgoing name. */
  public Family outgoing() {
    return outgoing;
  }

  byte[] samplePrefix() {
    return samplePrefix;
  }

  int ordinal() {
    return ordinal;
  }

  @Nullable DropReason dropped() {
    return dropped;
  }

  /** Whether another raw name goes out under the same name. */
  boolean collides() {
    return collides;
  }

  /**
   * A shape with that header and type whose first head is the given one; null where there is none.
   */
  @Nullable FamilyShape shape(
      FamilyType type, byte[] header, int headerLength, byte[] text, int from, int to) {
    for (int i = 0; i < shapes.size(); i++) {
      var shape = shapes.get(i);
      if (shape.type() == type
          && Arrays.equals(shape.header(), 0, shape.header().length, header, 0, headerLength)
          && shape.headEquals(0, text, from, to)) {
        return shape;
      }
    }
    return null;
  }

  /**
   * A shape that begins like the first {@code count} lines of {@code like} and goes on with the
   * given head; or null.
   */
  @Nullable FamilyShape shapeGoingOn(FamilyShape like, int count, byte[] text, int from, int to) {
    for (int i = 0; i < shapes.size(); i++) {
      var shape = shapes.get(i);
      if (shape != like
          && shape.lines() > count
          && shape.type() == like.type()
          && Arrays.equals(shape.header(), like.header())
          && shape.beginsLike(like, count)
          && shape.headEquals(count, text, from, to)) {
        return shape;
      }
    }
    return null;
  }
}
