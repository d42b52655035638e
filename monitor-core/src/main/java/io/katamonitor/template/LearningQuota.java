package io.katamonitor.template;

/**
 * What one body may still learn.
 *
 * <p>While half of the memory for templates is free, a body learns a sixteenth of all of it and an
 * eighth of what is free. The other half is for what sandboxes have in common: there a body learns
 * a 64th of what is free, no template larger than a 32nd of it, and only names and series that
 * another sandbox sent as well. So guests that send series of their own, however many, leave room
 * for the others'.
 *
 * <p>Confined to one thread.
 */
final class LearningQuota {
  /** One body learns at most one part in so many of the memory... */
  private static final int MAX_SHARE_OF_BODY = 16;

  /** ... and one part in so many of what is free. */
  private static final int MAX_SHARE_OF_FREE = 8;

  /** The same where less than half is free: what ordinary bodies learn is shared by all of them. */
  private static final int MAX_SHARE_OF_SCARCE = 64;

  /** And a template takes at most one part in so many of what is free there. */
  private static final int MAX_SHARE_OF_TEMPLATE = 32;

  private final TemplateCache cache;
  private final int sandbox;
  private long learnedBytes;

  /**
   * @param sandbox a number of the sandbox, not 0
   */
  LearningQuota(TemplateCache cache, int sandbox) {
    this.cache = cache;
    this.sandbox = sandbox;
  }

  /** Whether the body may learn more: a name, or a series, that stands in {@code [from, to)}. */
  boolean allows(byte[] text, int from, int to) {
    long max = cache.current().maxLearnedBytes();
    long free = cache.current().freeToLearn();
    if (hasPlenty()) {
      return learnedBytes < Math.min(max / MAX_SHARE_OF_BODY, free / MAX_SHARE_OF_FREE);
    }
    return cache.sharedNames().isShared(text, from, to, sandbox)
        && learnedBytes < free / MAX_SHARE_OF_SCARCE;
  }

  /** Whether a template of this size may be learned that was allowed when its first series came. */
  boolean fits(long heapBytes, boolean isShared) {
    return hasPlenty()
        || (isShared && heapBytes <= cache.current().freeToLearn() / MAX_SHARE_OF_TEMPLATE);
  }

  /** Whether half of the memory is free, so that a body learns what no other sandbox sent. */
  boolean hasPlenty() {
    return cache.current().freeToLearn() >= cache.current().maxLearnedBytes() / 2;
  }

  /** Records heap that was charged for what the body has learned. */
  void use(long heapBytes) {
    learnedBytes += heapBytes;
  }
}
