package io.katamonitor.template;

import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.memory.PageStore;

/**
 * Makes a body of the monitor's own series: templates that are not learned, and their values. Ends
 * with {@link #build} or {@link #discard}. Confined to one thread.
 */
public final class OwnBodyBuilder {
  private final BodyBuilder body;

  /**
   * @param account of the heap that bodies take
   */
  public OwnBodyBuilder(MemoryAccount account, PageStore store) {
    this.body = new BodyBuilder(null, account, store);
  }

  /**
   * Adds a family.
   *
   * @param template made by {@link FamilyTemplate#own}
   * @param values {@code length} bytes: the value of each series with a line feed
   */
  public void add(FamilyTemplate template, byte[] values, int length)
      throws MemoryExhaustedException {
    int start = body.values().length();
    body.values().append(values, 0, length);
    body.addSegment(template, start, template.lines(), false);
    body.countSamples(template.lines());
  }

  /** The body, which the caller releases. */
  public DecodedBody build() {
    return body.build();
  }

  /** Releases all memory instead. */
  public void discard() {
    body.discard();
  }
}
