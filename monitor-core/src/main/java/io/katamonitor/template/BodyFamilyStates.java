package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SamplePart;
import io.katamonitor.memory.MemoryExhaustedException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one body has declared about each family so far, and to which family of the body a name
 * belongs.
 *
 * <p>Families that may not be learned (see {@link LearningQuota}) belong to the body alone; their
 * heap is charged to it. Confined to one thread.
 */
final class BodyFamilyStates {
  /** Bits of a state; 0 means that the body has not named the family yet. */
  private static final int SEEN = 1;

  static final int HELP = 2;
  static final int TYPE = 4;
  static final int SAMPLES = 8;

  /** Position of the three bits with the type's number. */
  private static final int TYPE_SHIFT = 4;

  private static final byte[] NONE = {};

  private final LearningQuota quota;
  private final TemplateSet set;
  private final BodyBuilder body;

  /** By the ordinal of shared families. */
  private byte[] shared = NONE;

  /** By -1 - ordinal of the families of this body alone. */
  private byte[] local = NONE;

  private final Map<String, Family> localByShimName = new HashMap<>(0);

  BodyFamilyStates(LearningQuota quota, TemplateSet set, BodyBuilder body) {
    this.quota = quota;
    this.set = set;
    this.body = body;
  }

  private int get(Family family) {
    int ordinal = family.ordinal();
    if (ordinal < 0) {
      return local[-1 - ordinal];
    }
    return ordinal < shared.length ? shared[ordinal] : 0;
  }

  private void add(Family family, int bits) {
    int ordinal = family.ordinal();
    if (ordinal < 0) {
      local[-1 - ordinal] |= (byte) bits;
    } else {
      shared[ordinal] |= (byte) bits;
    }
  }

  boolean isSeen(Family family) {
    return get(family) != 0;
  }

  boolean has(Family family, int fact) {
    return (get(family) & fact) != 0;
  }

  void markSeen(Family family) {
    if (family.ordinal() >= shared.length) {
      shared = Arrays.copyOf(shared, Math.max(set.families() + 8, 2 * shared.length));
    }
    add(family, SEEN);
  }

  /** Records a fact about a family that was seen. */
  void record(Family family, int fact) {
    add(family, fact);
  }

  void recordType(Family family, FamilyType type) {
    add(family, TYPE | type.code() << TYPE_SHIFT);
  }

  /** Records what the header of a template declares. */
  void recordHeader(FamilyTemplate template) {
    markSeen(template.family());
    if (template.help() != null) {
      record(template.family(), HELP);
    }
    recordType(template.family(), template.type());
  }

  FamilyType typeOf(Family family) {
    return has(family, TYPE)
        ? FamilyType.ofCode((get(family) >> TYPE_SHIFT) & 7)
        : FamilyType.UNTYPED;
  }

  /**
   * Whether a name of this family's samples may belong to another family in this body: then its
   * lines are resolved one by one.
   */
  boolean isAmbiguous(Family family) {
    if (!localByShimName.isEmpty()) {
      return true;
    }
    var related = set.related(family);
    for (int i = 0; i < related.size(); i++) {
      if (isSeen(related.get(i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * The family of a sample or header with this name, in the order of Go's expfmt ({@code
   * text_parse.go}, setOrCreateCurrentMF): the one of that very name if the body has named it, then
   * the summary or histogram of which it is a part, else a new one.
   */
  Family resolve(byte[] text, int from, int to) throws MemoryExhaustedException {
    var exact = known(text, from, to);
    if (exact != null && isSeen(exact)) {
      return exact;
    }
    var part = SamplePart.endingOf(text, from, to);
    if (part != null) {
      var whole = known(text, from, to - part.suffix().length());
      if (whole != null && isSeen(whole) && part.isOf(typeOf(whole))) {
        return whole;
      }
    }
    return exact == null ? newFamily(text, from, to) : exact;
  }

  private @Nullable Family known(byte[] text, int from, int to) {
    var family = set.family(text, from, to);
    return family != null || localByShimName.isEmpty()
        ? family
        : localByShimName.get(new String(text, from, to - from, ISO_8859_1));
  }

  private Family newFamily(byte[] text, int from, int to) throws MemoryExhaustedException {
    long heapBytes = Family.heapBytes(to - from);
    if (quota.allows(heapBytes)) {
      var family = set.addFamily(text, from, to);
      if (family != null) {
        quota.use(heapBytes);
        return family;
      }
    }
    var shimName = new String(text, from, to - from, ISO_8859_1);
    body.charge(Family.localHeapBytes(shimName, set.policy()));
    int index = localByShimName.size();
    var family = new Family(shimName, set.policy(), -1 - index);
    localByShimName.put(shimName, family);
    if (index == local.length) {
      local = Arrays.copyOf(local, Math.max(16, 2 * index));
    }
    return family;
  }
}
