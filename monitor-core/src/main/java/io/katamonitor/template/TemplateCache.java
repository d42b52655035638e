package io.katamonitor.template;

import io.katamonitor.memory.MemoryAccount;

/**
 * The one place where templates are learned: the current {@link TemplateSet}, and the rule when it
 * is replaced by an empty one.
 *
 * <p>It is reset at the start of a scrape, if the memory is nearly used up and most of what it
 * holds was not used by the scrape before. A set that bodies still refer to would keep its memory
 * and leave none for the next: there is no reset until they are released.
 *
 * <p>Three quarters of the memory are for families and templates, the rest for what encoders derive
 * from them. A body may learn at most a sixteenth of that, and an eighth of what is free: one guest
 * that brings new series at each scrape leaves room for the others. What is not learned is kept as
 * {@link UntemplatedLines}.
 *
 * <p>Confined to one thread.
 */
public final class TemplateCache {
  /** Below this part of the memory free, stale templates are worth a reset. */
  private static final int RESET_BELOW_FREE = 4;

  private static final int MAX_SHARE_OF_BODY = 16;
  private static final int MAX_SHARE_OF_FREE = 8;

  /** Of what is free, where that is less than half: ordinary bodies learn a part each, for all. */
  private static final int MAX_SHARE_OF_SCARCE = 64;

  /** What is derived from a template has at least one byte for so many of it. */
  private static final int MIN_PART_OF_TEMPLATE = 8;

  private final NamingPolicy policy;
  private final MemoryAccount templates;
  private final MemoryAccount bodies;
  private TemplateSet current;
  private long scrape;
  private long usedBytes;

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

  /** Starts a scrape. Called when no body is being decoded. */
  public void beginScrape() {
    long max = current.maxLearnedBytes();
    boolean isNearlyFull = current.freeToLearn() < max / RESET_BELOW_FREE;
    boolean isMostlyStale = usedBytes < max / 2;
    if (isNearlyFull && isMostlyStale && current.isHeldOnce()) {
      reset();
    }
    scrape++;
    usedBytes = 0;
  }

  /** Replaces all that was learned by an empty set. */
  void reset() {
    var previous = current;
    current = new TemplateSet(policy, templates);
    previous.release();
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
    if (template.markUsed(scrape)) {
      usedBytes += template.heapBytes();
    }
  }

  /** Whether a body that has learned so many bytes may learn more. */
  boolean canLearn(long learnedBytes) {
    long max = current.maxLearnedBytes();
    long free = current.freeToLearn();
    return learnedBytes
        < (free < max / 2
            ? free / MAX_SHARE_OF_SCARCE
            : Math.min(max / MAX_SHARE_OF_BODY, free / MAX_SHARE_OF_FREE));
  }

  /**
   * Whether something may be attached to the template, so that it is worth to be made: it belongs
   * to the set that is learned now, and there is memory.
   */
  public boolean canAttach(FamilyTemplate template) {
    return template.isOwn()
        || (template.isShared()
            && templates.freeBytes() >= template.heapBytes() / MIN_PART_OF_TEMPLATE);
  }

  /**
   * Attaches to a template what was derived from it.
   *
   * @return false if there is no memory for it, or if the template belongs to a single body
   */
  public boolean attach(FamilyTemplate template, DerivedTemplate derived) {
    if (template.isOwn()) {
      template.attach(derived);
      return true;
    }
    return template.isShared() && current.attach(template, derived);
  }
}
