package io.katamonitor.exposition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What one body has said of each family so far. Confined to one thread. */
final class FamilyFacts {
  private static final int MET = 1;
  static final int HELP = 2;
  static final int TYPE = 4;
  static final int SAMPLES = 8;

  /** In these bits stands the type's place in {@link #TYPES}. */
  private static final int TYPE_SHIFT = 4;

  private static final int TYPE_MASK = 7;

  /** Its twin has given samples before it. */
  private static final int LOST = 128;

  private static final FamilyType[] TYPES = FamilyType.values();

  private final ShapeCache cache;

  private static final byte[] NONE = {};

  /** By the family's ordinal; none before the first is met. */
  private byte[] facts = NONE;

  private int met;

  FamilyFacts(ShapeCache cache) {
    this.cache = cache;
  }

  boolean hasMet(Family family) {
    return of(family) != 0;
  }

  boolean has(Family family, int fact) {
    return (of(family) & fact) != 0;
  }

  private int of(Family family) {
    return family.ordinal() < facts.length ? facts[family.ordinal()] & 0xFF : 0;
  }

  /** Takes note of a family, which is then kept until {@link #release}. */
  void meet(Family family) {
    if (family.ordinal() >= facts.length) {
      facts = Arrays.copyOf(facts, Math.max(cache.ordinals() + 8, 2 * facts.length));
    }
    if (facts[family.ordinal()] == 0) {
      facts[family.ordinal()] = MET;
      family.references++;
      met++;
    }
  }

  /** Takes note of a fact about a family that was met. */
  void add(Family family, int fact) {
    facts[family.ordinal()] |= (byte) fact;
  }

  void declare(Family family, FamilyType type) {
    add(family, TYPE | type.code() << TYPE_SHIFT);
  }

  /** Takes note of all that a shape's header says. */
  void meet(FamilyShape shape) {
    meet(shape.family());
    if (shape.help() != null) {
      add(shape.family(), HELP);
    }
    if (shape.typed()) {
      declare(shape.family(), shape.type());
    }
  }

  FamilyType typeOf(Family family) {
    return has(family, TYPE) ? TYPES[of(family) >> TYPE_SHIFT & TYPE_MASK] : FamilyType.UNTYPED;
  }

  /**
   * The family that a name in this body belongs to, in the order of Go's expfmt
   * (TextParser.setOrCreateCurrentMF): the one of that very name if the body has it, then the
   * summary or histogram it is a part of, else a new one.
   */
  Family resolve(byte[] text, int from, int to) throws MemoryExhaustedException {
    var exact = cache.known(text, from, to);
    if (exact != null && hasMet(exact)) {
      return exact;
    }
    int base = endOfBase(text, from, to);
    var whole = base > from ? cache.known(text, from, base) : null;
    if (whole != null) {
      var type = typeOf(whole);
      if (type == FamilyType.HISTOGRAM || (type == FamilyType.SUMMARY && text[base + 1] != 'b')) {
        return whole;
      }
    }
    return exact == null ? cache.family(text, from, to) : exact;
  }

  /**
   * Where the {@code _sum}, {@code _count} or {@code _bucket} begins that the name ends with; -1
   * without.
   */
  private static int endOfBase(byte[] text, int from, int to) {
    int underscore = to - 1;
    while (underscore >= from && text[underscore] != '_') {
      underscore--;
    }
    if (underscore < from) {
      return -1;
    }
    return switch (new String(text, underscore, to - underscore, ISO_8859_1)) {
      case "_sum", "_count", "_bucket" -> underscore;
      default -> -1;
    };
  }

  /**
   * Why the samples to come of a family that was met are left out of this body; null where they are
   * kept. Of two families that go out under one name, the one that has samples first is kept.
   */
  @Nullable DropReason dropReason(Family family) {
    var twin = family.twin();
    if (family.dropped() != null || twin == null) {
      return family.dropped();
    }
    if (has(twin, SAMPLES) && !has(family, SAMPLES)) {
      add(family, LOST);
    }
    return has(family, LOST) ? DropReason.NAME_COLLISION : null;
  }

  /** Bytes of memory that would be free without it, about: families are kept for it. */
  int bytesHeld() {
    return facts.length + met * ShapeCache.FAMILY_BYTES;
  }

  /** Lets go of the families met. */
  void release() {
    for (int i = 0; i < facts.length; i++) {
      if (facts[i] != 0) {
        cache.withOrdinal(i).references--;
      }
    }
    facts = NONE;
    met = 0;
  }
}
