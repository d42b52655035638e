package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.katamonitor.exposition.SamplePart;
import io.katamonitor.memory.MemoryAccount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The families and templates learned since the last reset of the {@link TemplateCache}. Nothing is
 * removed from a set: its memory is released as a whole, when the cache has replaced it and the
 * last body that refers to it is released.
 *
 * <p>Confined to one thread.
 */
final class TemplateSet {
  /** How many templates of a family are searched; the one learned last comes first. */
  private static final int MAX_SEARCHED = 32;

  /**
   * 1/{@value} of the memory is reserved for what encoders derive from templates, about a third of
   * their size. If bodies that are never alike used it up, all bodies would be encoded sample by
   * sample.
   */
  private static final int PARTS_FOR_DERIVED = 4;

  /** What is known of a family. */
  private static final class Entry {
    final Family family;
    final List<FamilyTemplate> templates = new ArrayList<>(1);

    /** Families whose names differ from this one's by the suffix of a {@link SamplePart}. */
    @Nullable List<Family> related;

    Entry(Family family) {
      this.family = family;
    }
  }

  private final NamingPolicy policy;
  private final MemoryAccount account;
  private final Map<String, Entry> byShimName = new HashMap<>();
  private final List<Entry> byOrdinal = new ArrayList<>();
  private final HeaderTable byHeader = new HeaderTable();
  private long heapBytes;

  /** The part of {@link #heapBytes} that families and templates take. */
  private long learnedBytes;

  private int holders = 1;

  TemplateSet(NamingPolicy policy, MemoryAccount account) {
    this.policy = policy;
    this.account = account;
  }

  NamingPolicy policy() {
    return policy;
  }

  /** Bytes of heap that its families and templates take, as charged. */
  long heapBytes() {
    return heapBytes;
  }

  void retain() {
    holders++;
  }

  /** Removes a holder; without any, the memory is released. */
  void release() {
    assert holders > 0;
    if (--holders == 0) {
      account.release(heapBytes);
      heapBytes = 0;
    }
  }

  /** Whether it has no holder, so that its memory is released. */
  boolean isReleased() {
    return holders == 0;
  }

  /** Whether no body refers to it. */
  boolean isHeldOnce() {
    return holders == 1;
  }

  /** Bytes of these that families and templates take. */
  long learnedBytes() {
    return learnedBytes;
  }

  /** Limit of what families and templates take. */
  long maxLearnedBytes() {
    return account.maxBytes() - account.maxBytes() / PARTS_FOR_DERIVED;
  }

  /** Bytes of that which are free. */
  long freeToLearn() {
    return Math.min(maxLearnedBytes() - learnedBytes, account.freeBytes());
  }

  private boolean tryLearn(long bytes) {
    if (bytes > maxLearnedBytes() - learnedBytes || !tryCharge(bytes)) {
      return false;
    }
    learnedBytes += bytes;
    return true;
  }

  private boolean tryCharge(long bytes) {
    if (!account.tryCharge(bytes)) {
      return false;
    }
    heapBytes += bytes;
    return true;
  }

  /** Number of families; their ordinals are below it. */
  int families() {
    return byOrdinal.size();
  }

  /** The family with this name; null if it is not known. */
  @Nullable Family family(byte[] text, int from, int to) {
    var entry = byShimName.get(new String(text, from, to - from, ISO_8859_1));
    return entry == null ? null : entry.family;
  }

  /** Adds a family that is not known yet; null if the memory for templates is in use. */
  @Nullable Family addFamily(byte[] text, int from, int to) {
    var shimName = new String(text, from, to - from, ISO_8859_1);
    if (!tryLearn(Family.heapBytes(shimName.length()))) {
      return null;
    }
    var entry = new Entry(new Family(shimName, policy, byOrdinal.size()));
    byOrdinal.add(entry);
    byShimName.put(shimName, entry);
    for (var part : SamplePart.values()) {
      if (part != SamplePart.PLAIN) {
        relate(entry, byShimName.get(shimName + part.suffix()));
        if (shimName.endsWith(part.suffix())) {
          var base = shimName.substring(0, shimName.length() - part.suffix().length());
          relate(entry, byShimName.get(base));
        }
      }
    }
    return entry.family;
  }

  private static void relate(Entry a, @Nullable Entry b) {
    if (b != null) {
      addRelated(a, b.family);
      addRelated(b, a.family);
    }
  }

  private static void addRelated(Entry entry, Family family) {
    if (entry.related == null) {
      entry.related = new ArrayList<>(1);
    }
    entry.related.add(family);
  }

  /**
   * Families to which samples of this one belong in bodies that declare both, as {@code x_count}
   * and a histogram {@code x}; empty for nearly all.
   */
  List<Family> related(Family family) {
    var related = byOrdinal.get(family.ordinal()).related;
    return related == null ? List.of() : related;
  }

  /** The template learned last whose header may be the one that starts at {@code from}, or null. */
  @Nullable FamilyTemplate byHeader(byte[] text, int from, int end) {
    return byHeader.get(text, from, end);
  }

  /**
   * A template of the family with this type and header whose first series is {@code [from, to)}, or
   * null.
   */
  @Nullable FamilyTemplate startingWith(
      Family family, SegmentHeader header, byte[] text, int from, int to) {
    var templates = byOrdinal.get(family.ordinal()).templates;
    for (int i = 0; i < Math.min(templates.size(), MAX_SEARCHED); i++) {
      var template = templates.get(i);
      if (template.type() == header.type()
          && template.hasHeader(header.text(), 0, header.length())
          && template.hasSeries(0, text, from, to)) {
        return template;
      }
    }
    return null;
  }

  /**
   * Another template that starts with the first {@code count} series of {@code like} and continues
   * with the series {@code [from, to)}, or null.
   */
  @Nullable FamilyTemplate continuing(
      FamilyTemplate like, int count, byte[] text, int from, int to) {
    if (like.family().isBodyLocal()) {
      return null;
    }
    var templates = byOrdinal.get(like.family().ordinal()).templates;
    for (int i = 0; i < Math.min(templates.size(), MAX_SEARCHED); i++) {
      var template = templates.get(i);
      if (template != like
          && template.lines() > count
          && template.type() == like.type()
          && template.hasHeader(like.header(), 0, like.header().length)
          && template.startsLike(like, count)
          && template.hasSeries(count, text, from, to)) {
        return template;
      }
    }
    return null;
  }

  /** The template of the set with the same header, type and series, which a body built as well. */
  @Nullable FamilyTemplate equalTo(FamilyTemplate built) {
    if (built.family().isBodyLocal()) {
      return null;
    }
    var templates = byOrdinal.get(built.family().ordinal()).templates;
    for (int i = 0; i < Math.min(templates.size(), MAX_SEARCHED); i++) {
      if (templates.get(i).hasSameSeries(built)) {
        return templates.get(i);
      }
    }
    return null;
  }

  /** Adds a template; false if the memory for templates is in use. */
  boolean add(FamilyTemplate template) {
    if (template.family().isBodyLocal() || !tryLearn(template.heapBytes())) {
      return false;
    }
    byOrdinal.get(template.family().ordinal()).templates.addFirst(template);
    if (template.isTyped()) {
      byHeader.put(template);
    }
    template.markLearned(this);
    return true;
  }

  /** Attaches what was derived; false if the memory for templates is in use. */
  boolean attach(FamilyTemplate template, DerivedTemplate derived) {
    if (!tryCharge(derived.heapBytes())) {
      return false;
    }
    template.attach(derived);
    return true;
  }
}
