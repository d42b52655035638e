package io.katamonitor.template;

import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one sandbox from body to body: which template each family had in the
 * previous one, and how much it has learned of its share of a {@link TemplateSet}. Series that are
 * unique to a sandbox, as those of its mounts and network interfaces, are found this way without a
 * search.
 *
 * <p>Takes four bytes per family, at most {@value #MAX_FAMILIES} of them. Confined to one thread.
 */
public final class TemplateHints {
  static final int MAX_FAMILIES = 512;
  private static final FamilyTemplate[] NONE = {};

  private @Nullable FamilyTemplate[] byOrdinal = NONE;
  private @Nullable TemplateSet set;
  private long learnedOfShare;
  private int lot;
  private boolean hasLot;

  /** Starts a body: hints of another set are dropped. */
  void begin(TemplateSet current) {
    if (set != current) {
      set = current;
      byOrdinal = NONE;
      learnedOfShare = 0;
    }
  }

  boolean hasLot() {
    return hasLot;
  }

  /** Sets its lot, once. */
  void drawLot(int drawn) {
    hasLot = true;
    lot = drawn;
  }

  /** Unsigned. Where there are fewer shares than sandboxes, those with the lowest lots have one. */
  int lot() {
    return lot;
  }

  /** Bytes that its bodies have learned of its share; see {@link LearningQuota}. */
  long learnedOfShare() {
    return learnedOfShare;
  }

  void learnOfShare(long heapBytes) {
    learnedOfShare += heapBytes;
  }

  @Nullable FamilyTemplate get(Family family) {
    var hint = family.ordinal() < byOrdinal.length ? byOrdinal[family.ordinal()] : null;
    // A body that was begun with the set before may have put it.
    return hint != null && hint.family() == family ? hint : null;
  }

  void put(FamilyTemplate template) {
    int ordinal = template.family().ordinal();
    if (ordinal < 0 || ordinal >= MAX_FAMILIES) {
      return;
    }
    if (ordinal >= byOrdinal.length) {
      var larger = new FamilyTemplate[Math.min(MAX_FAMILIES, Math.max(96, 2 * ordinal))];
      System.arraycopy(byOrdinal, 0, larger, 0, byOrdinal.length);
      byOrdinal = larger;
    }
    byOrdinal[ordinal] = template;
  }
}
