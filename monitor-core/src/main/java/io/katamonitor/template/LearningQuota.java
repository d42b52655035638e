package io.katamonitor.template;

/**
 * What one body may still learn.
 *
 * <p>While half of the memory for templates is free, a body learns a sixteenth of all of it and an
 * eighth of what is free. The other half is divided among the sandboxes: each learns its share of
 * it once for each {@link TemplateSet}, in templates of an eighth of the share. Where shares would
 * be smaller than {@value #MIN_SHARE} bytes, fewer sandboxes have one of that size: what ordinary
 * bodies have in common is learned from a few of them. So guests that send series of their own,
 * alone or in groups, take their part of the memory and leave the rest to the others.
 *
 * <p>Confined to one thread.
 */
final class LearningQuota {
  /** A common family of 45 KB is learned in so few templates that all of them are found. */
  static final int MIN_SHARE = 16 * 1024;

  /** One body learns at most one part in so many of the memory... */
  private static final int MAX_PART_OF_BODY = 16;

  /** ... and one part in so many of what is free. */
  private static final int MAX_PART_OF_FREE = 8;

  /** A template of a share takes about one part in so many of it, at most two of them. */
  private static final int TEMPLATES_OF_SHARE = 8;

  private final TemplateCache cache;
  private final TemplateHints sandbox;
  private long learnedBytes;

  LearningQuota(TemplateCache cache, TemplateHints sandbox) {
    this.cache = cache;
    this.sandbox = sandbox;
  }

  /**
   * Whether the body may learn more.
   *
   * @param heapBytes what it is about to learn, at least
   */
  boolean allows(long heapBytes) {
    long max = cache.current().maxLearnedBytes();
    long free = cache.current().freeToLearn();
    if (hasPlenty()) {
      return learnedBytes < Math.min(max / MAX_PART_OF_BODY, free / MAX_PART_OF_FREE);
    }
    // A template for which there is no memory would be charged to the body.
    return free >= maxTemplateOfShare()
        && mayGrow(heapBytes)
        && hasShare(max / 2)
        && sandbox.learnedOfShare() < share();
  }

  private long maxTemplateOfShare() {
    return share() / TEMPLATES_OF_SHARE * 2;
  }

  /** Whether the sandbox is one of those that have a share of so many bytes. */
  private boolean hasShare(long bytes) {
    long shares = bytes / MIN_SHARE;
    return (sandbox.lot() >>> 1) * (long) cache.sandboxes() < (shares << 31);
  }

  private long share() {
    return Math.max(MIN_SHARE, cache.current().maxLearnedBytes() / 2 / cache.sandboxes());
  }

  /**
   * Whether a template that takes so much may get more series; else the family continues in another
   * one.
   */
  boolean mayGrow(long heapBytes) {
    return hasPlenty() || heapBytes <= share() / TEMPLATES_OF_SHARE;
  }

  /**
   * Whether a template may be learned that was allowed when its first series came: many bodies may
   * have begun to learn while there was plenty.
   */
  boolean fits(long heapBytes) {
    return hasPlenty() || heapBytes <= maxTemplateOfShare();
  }

  /** Whether half of the memory is free. */
  private boolean hasPlenty() {
    return cache.current().freeToLearn() >= cache.current().maxLearnedBytes() / 2;
  }

  /** Records heap that is about to be charged for what the body learns. */
  void use(long heapBytes) {
    learnedBytes += heapBytes;
    if (!hasPlenty()) {
      sandbox.learnOfShare(heapBytes);
    }
  }
}
