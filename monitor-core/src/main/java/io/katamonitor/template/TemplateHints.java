package io.katamonitor.template;

import org.jspecify.annotations.Nullable;

/**
 * Which template each family of one sandbox had in its previous body. Series that are unique to a
 * sandbox, as those of its mounts and network interfaces, are found this way without a search.
 *
 * <p>Takes four bytes per family, at most {@value #MAX_FAMILIES} of them. Confined to one thread.
 */
public final class TemplateHints {
  static final int MAX_FAMILIES = 512;
  private static final FamilyTemplate[] NONE = {};

  private @Nullable FamilyTemplate[] byOrdinal = NONE;
  private @Nullable TemplateSet set;

  /** Starts a body: hints of another set are dropped. */
  void begin(TemplateSet current) {
    if (set != current) {
      set = current;
      byOrdinal = NONE;
    }
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
