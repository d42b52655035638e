package io.katamonitor.template;

import io.katamonitor.memory.MemoryAccount;
import org.jspecify.annotations.Nullable;

/**
 * The one place where templates are learned: the current {@link TemplateSet}, and the rule when it
 * is replaced by an empty one.
 *
 * <p>The set is replaced at the start of a scrape, if less than half of its memory is free and at
 * most half of what it has learned was used since the previous decision, but at the earliest
 * {@value #MIN_DECISIONS_APART} decisions after the last time: all series have to be learned again
 * then. A decision is made when no scrape is under way. As scrapes may overlap without a gap, it is
 * also made when a scrape that began after the previous decision has ended: what that one used was
 * counted.
 *
 * <p>A set keeps its memory until the bodies that refer to it are released; until then the next set
 * has only what is free. So a set to which bodies refer is replaced only when at least an eighth is
 * free: the series of ordinary bodies fit into it. There are at most two sets.
 *
 * <p>Three quarters of the memory are for families and templates, the rest for what encoders derive
 * from them. What one body may learn is limited by a {@link LearningQuota}; what is not learned is
 * kept as {@link UntemplatedLines}.
 *
 * <p>Confined to one thread.
 */
public final class TemplateCache {
  /** One part in so many: with less free, stale templates are worth a reset. */
  private static final int RESET_BELOW_FREE = 2;

  private static final int MIN_DECISIONS_APART = 8;

  /** The part that must be free for the next set while bodies refer to this one. */
  private static final int MIN_FREE_FOR_NEXT = 8;

  /** What is derived from a template takes at least one byte for so many bytes of it. */
  private static final int MIN_PART_OF_TEMPLATE = 8;

  /** The golden ratio of 32 bits: the lots of any sandboxes in a row are evenly distributed. */
  private static final int LOT_STEP = 0x9E3779B9;

  private final NamingPolicy policy;
  private final MemoryAccount templates;
  private final MemoryAccount bodies;
  private TemplateSet current;

  /** The set before the current one, which bodies may still refer to. */
  private @Nullable TemplateSet previous;

  /** Counts the starts of scrapes at which a reset was decided. */
  private long period;

  /** The last of them at which the set was replaced. */
  private long lastReset = -MIN_DECISIONS_APART;

  /** Of the current set, what was used in this period. */
  private long usedBytes;

  private int sandboxes = 1;

  /** How many sandboxes have drawn a lot. */
  private int lots;

  private int scrapesUnderWay;

  /** Whether a scrape that began in this period has ended. */
  private boolean isUseCounted;

  /**
   * @param templates heap for families and templates, this cache's alone
   * @param bodies heap that bodies take beside their values
   */
  public TemplateCache(NamingPolicy policy, MemoryAccount templates, MemoryAccount bodies) {
    this.policy = policy;
    this.templates = templates;
    this.bodies = bodies;
    this.current = new TemplateSet(policy, templates);
  }

  /**
   * A scrape starts; others may be under way.
   *
   * @return what {@link #scrapeEnded} is given when its bodies are decoded
   */
  public long scrapeStarted() {
    if (scrapesUnderWay == 0 || isUseCounted) {
      beginScrape();
    }
    scrapesUnderWay++;
    return period;
  }

  /**
   * A scrape of all sandboxes has ended.
   *
   * @param started what {@link #scrapeStarted} returned
   */
  public void scrapeEnded(long started) {
    isUseCounted |= started == period;
    scrapeOfOneEnded();
  }

  /** A scrape of one sandbox has ended, which says little of what all of them use. */
  public void scrapeOfOneEnded() {
    assert scrapesUnderWay > 0;
    scrapesUnderWay--;
  }

  /** Starts a scrape, after all others or one that counts. */
  public void beginScrape() {
    if (isWorthReset()) {
      reset();
    }
    period++;
    usedBytes = 0;
    isUseCounted = false;
  }

  private boolean isWorthReset() {
    if (period - lastReset < MIN_DECISIONS_APART || (previous != null && !previous.isReleased())) {
      return false;
    }
    long max = current.maxLearnedBytes();
    long free = current.freeToLearn();
    return free < max / RESET_BELOW_FREE
        && (current.isHeldOnce() || free >= max / MIN_FREE_FOR_NEXT)
        && usedBytes <= current.learnedBytes() / 2;
  }

  /** Replaces all that was learned by an empty set. */
  void reset() {
    var replaced = current;
    current = new TemplateSet(policy, templates);
    replaced.release();
    previous = replaced;
    lastReset = period;
  }

  TemplateSet current() {
    return current;
  }

  MemoryAccount bodies() {
    return bodies;
  }

  /**
   * Records that a body of this scrape uses a template, or has learned it: a node whose series fill
   * the memory in one scrape uses them in the next, and must not learn them again each time.
   */
  void markUsed(FamilyTemplate template) {
    if (template.isOf(current) && template.markUsed(period)) {
      usedBytes += template.heapBytes();
    }
  }

  /** Sets among how many sandboxes memory is divided, 1 or more. */
  public void sandboxes(int count) {
    sandboxes = count;
  }

  int sandboxes() {
    return sandboxes;
  }

  /** What a body of the sandbox with these hints may learn. */
  LearningQuota newQuota(TemplateHints hints) {
    if (!hints.hasLot()) {
      hints.drawLot(lots++ * LOT_STEP);
    }
    return new LearningQuota(this, hints);
  }

  /**
   * Whether something may be attached to the template, so that it is worth to be made: it belongs
   * to a set, and there is memory.
   */
  public boolean canAttach(FamilyTemplate template) {
    return template.isOwn()
        || (template.isShared()
            && templates.freeBytes() >= template.heapBytes() / MIN_PART_OF_TEMPLATE);
  }

  /**
   * Attaches to a template what was derived from it, charged to the set that the template is of.
   *
   * @return false if there is no memory for it, or if the template belongs to a single body
   */
  public boolean attach(FamilyTemplate template, DerivedTemplate derived) {
    if (template.isOwn()) {
      template.attach(derived);
      return true;
    }
    var set = template.set();
    return set != null && set.attach(template, derived);
  }
}
