package io.katamonitor.scrape;

import io.katamonitor.exposition.DropReason;
import io.katamonitor.sandbox.SandboxId;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Counts what scrapes come to, and tells it as series of the monitor's own. Confined to the event
 * loop.
 */
public interface ScrapeObserver {
  void sandboxScraped(SandboxId id, ScrapeOutcome outcome);

  void familiesDropped(DropReason reason, long count);

  /**
   * The monitor's own series that are of no sandbox, as text 0.0.4; valid until the next call of
   * this object.
   */
  ByteBuffer ownSeries();

  /**
   * The monitor's series of a sandbox, without its labels; null before its first scrape. As valid
   * as the other.
   */
  @Nullable ByteBuffer ownSeries(SandboxId id);
}
