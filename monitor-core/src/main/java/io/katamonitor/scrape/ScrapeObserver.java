package io.katamonitor.scrape;

import io.katamonitor.exposition.DropReason;
import io.katamonitor.sandbox.SandboxId;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Counts what scrapes come to and gives it as own series. Called on the event loop. */
public interface ScrapeObserver {
  /** A client requested metrics, of all sandboxes or of one. */
  void scrapeStarted();

  /**
   * The same request has all it gets.
   *
   * @param durationNanos since it came
   * @param failed whether a sandbox failed
   */
  void scrapeFinished(long durationNanos, boolean failed);

  /** What a scrape got of a sandbox; once for all clients that share the request. */
  void sandboxScraped(SandboxId id, ScrapeOutcome outcome);

  /** A connection to a shim could not be opened because no file descriptor was left. */
  void descriptorShortage();

  void familiesDropped(DropReason reason, long count);

  /**
   * The own series that belong to no sandbox, as text 0.0.4; valid until the next call of this
   * object.
   */
  ByteBuffer ownSeries();

  /**
   * The own series of a sandbox, without its labels; null before its first scrape. As valid as the
   * other.
   */
  @Nullable ByteBuffer ownSeries(SandboxId id);
}
