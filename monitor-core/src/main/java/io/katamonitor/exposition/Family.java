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

  /** The first one known of those that go out under its name. */
  private final Family outgoing;

  /** The one of another raw name that goes out under the same name. */
  private @Nullable Family twin;

  /** How many known families may have lines that could be taken for its own. */
  private int contests;

  private boolean forgotten;

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
      twin = sameName;
      sameName.twin = this;
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

  /** The one of another raw name that goes out under the same name; null where none is known. */
  @Nullable Family twin() {
    return twin;
  }

  /** Takes note of how many families more may have lines that could be taken for its own. */
  void contest(int more) {
    contests += more;
  }

  /**
   * Whether a line of it need not be of it in every body: another family has the same outgoing
   * name, or the name of one of its parts, or is what it would be a part of. Then nothing is
   * expected of it.
   */
  boolean isContested() {
    return contests > 0;
  }

  private boolean isIdle() {
    return references == 0 && shapes.isEmpty();
  }

  /** Whether nothing refers to it, nor to its twin, which is forgotten together with it. */
  boolean isForgettable() {
    return isIdle() && (twin == null || twin.isIdle());
  }

  /** It is not the family of its name any more. */
  void forget() {
    forgotten = true;
  }

  boolean isForgotten() {
    return forgotten;
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
