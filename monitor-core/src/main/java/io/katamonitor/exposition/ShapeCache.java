package io.katamonitor.exposition;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The families and shapes seen, which the bodies to come are compared with. Bounded: what no body
 * refers to and the last scrape did not use is forgotten when there are too many; past the bound
 * lines are kept whole instead of as shapes, and a body that brings still more families is refused.
 * Confined to one thread.
 */
public final class ShapeCache {
  /** Room for the shapes of a dozen kinds of guests, of about 160 KB each. */
  private static final int MAX_SHAPE_BYTES = 2 * 1024 * 1024;

  /** About what a family takes: the object, its two names and its place in the table. */
  static final int FAMILY_BYTES = 400;

  private static final int MAX_FAMILY_BYTES = 4 * 1024 * 1024;

  /** A family whose lines are never the same must not be searched for long. */
  private static final int MAX_SHAPES_OF_FAMILY = 32;

  /** What all bodies may take of the heap; their values are outside it. */
  private static final int MAX_BODY_BYTES = 6 * 1024 * 1024;

  private static final String[] PART_SUFFIXES = {"_sum", "_count", "_bucket"};

  private static final int FIRST_LINES = 1024;

  private final FamilyRule rule;
  private final boolean labelled;
  private final Map<String, Family> byRawName = new HashMap<>();
  private final Map<String, Family> byName = new HashMap<>();
  private final List<@Nullable Family> byOrdinal = new ArrayList<>();
  private final List<Integer> freeOrdinals = new ArrayList<>();
  private int shapeBytes;
  private int familyBytes;
  private int bodyBytes;
  private int scrape;

  /**
   * A shape by its header's first line, for families that come in no fixed order, as those of the
   * guest's agent do: a guess, as one shape drives out another.
   */
  private final @Nullable FamilyShape[] byFirstLine = new FamilyShape[FIRST_LINES];

  /** The shapes bodies begin with, for the two kinds of shims. */
  @Nullable FamilyShape first;

  /**
   * @param labelled whether the lines get a sandbox's labels; without, heads go out whole
   */
  public ShapeCache(FamilyRule rule, boolean labelled) {
    this.rule = rule;
    this.labelled = labelled;
  }

  boolean labelled() {
    return labelled;
  }

  /** The families known; ordinals are below {@link #ordinals}. */
  int ordinals() {
    return byOrdinal.size();
  }

  Family withOrdinal(int ordinal) {
    var family = byOrdinal.get(ordinal);
    if (family == null) {
      throw new IllegalStateException("a family that was forgotten");
    }
    return family;
  }

  int scrape() {
    return scrape;
  }

  /** Tells that a scrape begins; forgets what the last one did not use when there is much. */
  public void beginScrape() {
    if (shapeBytes > MAX_SHAPE_BYTES / 2 || familyBytes > MAX_FAMILY_BYTES / 4) {
      sweep(shape -> shape.lastUsed < scrape);
    }
    scrape++;
  }

  /** Forgets what no body refers to any more; for when answers were refused to make room. */
  public void forgetUnreferenced() {
    sweep(shape -> shape.family().references == 0);
  }

  /** Whether 64 KB of nothing but new families, or new shapes, might not find room. */
  public boolean isNearlyFull() {
    return familyBytes > MAX_FAMILY_BYTES / 3 || bodyBytes > MAX_BODY_BYTES / 3 * 2;
  }

  /** Makes room on the heap for a body; it is given back by {@link #give}. */
  void take(int bytes) throws MemoryExhaustedException {
    if (bodyBytes + bytes > MAX_BODY_BYTES) {
      throw new MemoryExhaustedException("the heap for all sandboxes' answers is used up");
    }
    bodyBytes += bytes;
  }

  void give(int bytes) {
    bodyBytes -= bytes;
  }

  private void sweep(Predicate<FamilyShape> forgotten) {
    first = null;
    Arrays.fill(byFirstLine, null);
    for (var family : byRawName.values()) {
      family.shapes.removeIf(shape -> {
        shape.next = null;
        boolean forget = forgotten.test(shape);
        shapeBytes -= forget ? shape.bytes() : 0;
        return forget;
      });
    }
    for (var families = byRawName.entrySet().iterator(); families.hasNext(); ) {
      var entry = families.next();
      var family = entry.getValue();
      if (family.isForgettable()) {
        families.remove();
        contest(entry.getKey(), family, -1);
        byName.remove(family.name());
        byOrdinal.set(family.ordinal(), null);
        freeOrdinals.add(family.ordinal());
        familyBytes -= cost(family.name());
        family.forget();
      }
    }
  }

  /** Changes the contests between a family and those whose lines might be taken for its own. */
  private void contest(String rawName, Family family, int more) {
    contest(family, family.twin(), more);
    for (var suffix : PART_SUFFIXES) {
      contest(family, byRawName.get(rawName + suffix), more);
      if (rawName.endsWith(suffix)) {
        var whole = rawName.substring(0, rawName.length() - suffix.length());
        contest(family, byRawName.get(whole), more);
      }
    }
  }

  private static void contest(Family a, @Nullable Family b, int more) {
    if (b != null) {
      a.contest(more);
      b.contest(more);
    }
  }

  private static int cost(String outgoingName) {
    return FAMILY_BYTES + 4 * outgoingName.length();
  }

  /** The family of that raw name, which is ASCII. */
  Family family(byte[] text, int from, int to) throws MemoryExhaustedException {
    var rawName = new String(text, from, to - from, ISO_8859_1);
    var known = byRawName.get(rawName);
    if (known != null) {
      return known;
    }
    var name = Family.outgoingName(rawName);
    if (familyBytes + cost(name) > MAX_FAMILY_BYTES) {
      throw new MemoryExhaustedException("too many metric families on this node");
    }
    familyBytes += cost(name);
    int ordinal = freeOrdinals.isEmpty() ? byOrdinal.size() : freeOrdinals.removeLast();
    var sameName = byName.get(name);
    var family = new Family(rawName, ordinal, rule, sameName);
    byRawName.put(rawName, family);
    contest(rawName, family, 1);
    if (sameName == null) {
      byName.put(name, family);
    }
    if (ordinal == byOrdinal.size()) {
      byOrdinal.add(family);
    } else {
      byOrdinal.set(ordinal, family);
    }
    return family;
  }

  /** The family of that raw name; null where it is not known. */
  @Nullable Family known(byte[] text, int from, int to) {
    return byRawName.get(new String(text, from, to - from, ISO_8859_1));
  }

  /** The family that goes out under that name; null where no shim has it. */
  public @Nullable Family outgoing(String name) {
    return byName.get(name);
  }

  /** A shape whose header may be the one that begins at {@code from}; null where none is known. */
  @Nullable FamilyShape guess(byte[] text, int from, int end) {
    int newline = Bytes.newline(text, from, end);
    return newline < 0 ? null : byFirstLine[slot(text, from, newline)];
  }

  /** Takes note of a shape that was used. */
  void remember(FamilyShape shape) {
    byte[] header = shape.header();
    int newline = Bytes.newline(header, 0, header.length);
    if (newline >= 0) {
      byFirstLine[slot(header, 0, newline)] = shape;
    }
  }

  private static int slot(byte[] text, int from, int newline) {
    long hash = newline;
    hash -= from;
    for (int i = newline - Long.BYTES; i > from; i -= Long.BYTES) {
      hash = (hash ^ (long) Bytes.LONG.get(text, i)) * 0x9E3779B97F4A7C15L;
    }
    return (int) (hash >>> (Long.SIZE - 10));
  }

  boolean hasRoomForShapes() {
    return shapeBytes < MAX_SHAPE_BYTES;
  }

  /** Keeps a shape, in place of the one it goes on from. */
  void keep(FamilyShape shape) {
    var shapes = shape.family().shapes;
    for (int i = 0; i < shapes.size(); i++) {
      var known = shapes.get(i);
      if (known.lines() < shape.lines()
          && known.header().length == shape.header().length
          && shape.beginsLike(known, known.lines())) {
        shapeBytes -= known.bytes();
        shapes.remove(i);
        break;
      }
    }
    if (shapes.size() == MAX_SHAPES_OF_FAMILY) {
      shapeBytes -= shapes.removeLast().bytes();
    }
    shapes.addFirst(shape);
    shapeBytes += shape.bytes();
  }
}
