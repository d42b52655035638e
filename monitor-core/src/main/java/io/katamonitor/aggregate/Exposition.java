package io.katamonitor.aggregate;

import io.katamonitor.exposition.DecodedBody;
import io.katamonitor.exposition.DropReason;
import io.katamonitor.exposition.Family;
import io.katamonitor.exposition.FamilyType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All bodies of a scrape, by family: first the monitor's own families, then the sandboxes', by
 * name; in a family the parts in the order they were given. Nothing is copied: it is an order over
 * the bodies' sections.
 *
 * <p>A family is kept with the type that most parts declare; the others lose theirs. A family named
 * like the {@code _sum}, {@code _count} or {@code _bucket} of a histogram or summary would make the
 * text unreadable for Go's parser: of the two, the one that fewer parts have is left out.
 *
 * <p>Immutable; it holds the bodies until {@link #release}. Confined to one thread.
 */
public final class Exposition {
  private static final String OWN_PREFIX = "kata_monitor_";
  private static final String[] HISTOGRAM_PARTS = {"_bucket", "_count", "_sum"};
  private static final String[] SUMMARY_PARTS = {"_count", "_sum"};

  /** What is gathered of a family. */
  static final class Entry {
    final Family family;
    final int[] votes = new int[FamilyType.values().length];
    int first = -1;
    int last = -1;
    int lastVoter = -1;
    FamilyType type = FamilyType.UNTYPED;
    byte @Nullable [] help;
    boolean dropped;

    Entry(Family family) {
      this.family = family;
    }

    boolean isOwn() {
      return family.name().startsWith(OWN_PREFIX);
    }

    int voters() {
      int sum = 0;
      for (int vote : votes) {
        sum += vote;
      }
      return sum;
    }
  }

  private final List<Part> parts;

  /** Where each part's sections begin in the order of all sections; one more for the end. */
  private final int[] bases;

  /** The section that follows in the same family, or -1. */
  private final int[] next;

  private final List<Entry> entries = new ArrayList<>();
  private final Map<DropReason, Integer> dropped = new EnumMap<>(DropReason.class);

  /**
   * Merges the parts and retains their bodies.
   *
   * @param kept which families, by name, are wanted
   */
  public Exposition(List<Part> parts, Predicate<String> kept) {
    this.parts = List.copyOf(parts);
    this.bases = new int[parts.size() + 1];
    for (int i = 0; i < parts.size(); i++) {
      var body = parts.get(i).body();
      body.retain();
      bases[i + 1] = bases[i] + body.sections();
    }
    this.next = new int[bases[parts.size()]];
    Arrays.fill(next, -1);
    gather();
    entries.removeIf(entry -> !kept.test(entry.family.name()));
    settleTypes();
    settleNames();
    entries.removeIf(entry -> entry.dropped);
    entries.sort(Exposition::compare);
  }

  private static int compare(Entry a, Entry b) {
    return a.isOwn() == b.isOwn()
        ? Arrays.compare(a.family.nameBytes(), b.family.nameBytes())
        : a.isOwn() ? -1 : 1;
  }

  private void gather() {
    var byFamily = new HashMap<Family, Entry>();
    for (int part = 0; part < parts.size(); part++) {
      var body = parts.get(part).body();
      for (int section = 0; section < body.sections(); section++) {
        var shape = body.shape(section);
        var family = shape.family().outgoing();
        var entry = byFamily.get(family);
        if (entry == null) {
          entry = new Entry(family);
          byFamily.put(family, entry);
          entries.add(entry);
        }
        int index = bases[part] + section;
        if (entry.last < 0) {
          entry.first = index;
        } else {
          next[entry.last] = index;
        }
        entry.last = index;
        if (entry.lastVoter != part) {
          entry.lastVoter = part;
          entry.votes[shape.type().code()]++;
        }
        if (entry.help == null) {
          entry.help = shape.help();
        }
      }
    }
  }

  private void settleTypes() {
    for (var entry : entries) {
      int most = 0;
      for (var type : FamilyType.values()) {
        if (entry.votes[type.code()] > most) {
          most = entry.votes[type.code()];
          entry.type = type;
        }
      }
      int losers = entry.voters() - most;
      if (losers > 0) {
        count(DropReason.TYPE_CONFLICT, losers);
      }
    }
  }

  private void settleNames() {
    var byName = new HashMap<String, Entry>();
    for (var entry : entries) {
      var twin = byName.putIfAbsent(entry.family.name(), entry);
      if (twin != null) {
        drop(entry);
      }
    }
    for (var whole : entries) {
      if (whole.type.hasParts()) {
        boolean isHistogram = whole.type == FamilyType.HISTOGRAM;
        for (var suffix : isHistogram ? HISTOGRAM_PARTS : SUMMARY_PARTS) {
          var other = byName.get(whole.family.name() + suffix);
          if (other != null && !other.dropped && !whole.dropped) {
            drop(isBefore(other, whole) ? whole : other);
          }
        }
      }
    }
  }

  /** Which one is kept: what most have, but among the monitor's the first, which is its own. */
  private static boolean isBefore(Entry other, Entry whole) {
    return whole.isOwn() ? other.first < whole.first : other.voters() > whole.voters();
  }

  private void drop(Entry entry) {
    entry.dropped = true;
    count(DropReason.NAME_COLLISION, entry.voters());
  }

  private void count(DropReason reason, int more) {
    dropped.merge(reason, more, Integer::sum);
  }

  /** How many sandboxes' families the merge left out, by reason. */
  public Map<DropReason, Integer> dropped() {
    return dropped;
  }

  List<Entry> entries() {
    return entries;
  }

  int next(int section) {
    return next[section];
  }

  /** The part that a section belongs to, at or after the part {@code from}. */
  int partOf(int section, int from) {
    int part = from;
    while (bases[part + 1] <= section) {
      part++;
    }
    return part;
  }

  LabelText labels(int part) {
    return parts.get(part).labels();
  }

  DecodedBody body(int part) {
    return parts.get(part).body();
  }

  int sectionInBody(int section, int part) {
    return section - bases[part];
  }

  int parts() {
    return parts.size();
  }

  /** Lets go of the bodies. To be called once, by whoever made it. */
  public void release() {
    parts.forEach(part -> part.body().release());
  }
}
