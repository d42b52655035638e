package io.katamonitor.scrape;

import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.template.DecodedBody;
import io.katamonitor.template.DropReason;
import io.katamonitor.template.OwnBodyBuilder;
import io.katamonitor.template.SampleDropReason;
import io.katamonitor.usage.HostUsageReading;
import org.jspecify.annotations.Nullable;

/** Counts the results of scrapes and writes them as own series. Called on the event loop. */
public interface ScrapeObserver {
  /** A client requested metrics, of all sandboxes or of one. */
  void scrapeStarted();

  /**
   * The same request has its result.
   *
   * @param durationNanos since the request
   * @param failed whether a sandbox failed
   */
  void scrapeFinished(long durationNanos, boolean failed);

  /** The outcome of a sandbox in a scrape; once for all clients that share the request. */
  void sandboxScraped(SandboxId id, ScrapeOutcome outcome);

  /** A connection to a shim could not be opened because no file descriptor was left. */
  void descriptorShortage();

  /** Families of a body that were dropped. */
  void familiesDropped(DropReason reason, long count);

  /** Samples of a body that were dropped. */
  void samplesDropped(SampleDropReason reason, long count);

  /** Declarations of sandboxes that were rejected in a merge. */
  void typeConflicts(long count);

  /** Writes the own series that belong to no sandbox. */
  void writeOwnSeries(OwnBodyBuilder body) throws MemoryExhaustedException;

  /**
   * Writes the own series of a sandbox; false if there are none.
   *
   * @param host what the sandboxes use on the host
   * @param accepted the shim's body; null if it was not requested, or failed
   */
  boolean writeOwnSeries(
      Sandbox sandbox, HostUsageReading host, @Nullable DecodedBody accepted, OwnBodyBuilder body)
      throws MemoryExhaustedException;
}
