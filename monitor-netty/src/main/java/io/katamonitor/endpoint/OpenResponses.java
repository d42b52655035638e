package io.katamonitor.endpoint;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The responses of one kind that are being sent: labelled, raw, or documents. If memory is short,
 * the response of the slowest client is cut. A client that reads as fast as the monitor writes is
 * never cut. Confined to the event loop.
 */
final class OpenResponses {
  /** A response that is being sent. */
  interface OpenResponse {
    ReadingPace pace();

    /** Closes its connection and releases its memory. */
    void cut();
  }

  private final Set<OpenResponse> responses = new LinkedHashSet<>();
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime the clock of the responses' {@link ReadingPace}
   */
  OpenResponses(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Adds a response that begins. */
  void add(OpenResponse response) {
    responses.add(response);
  }

  void remove(OpenResponse response) {
    responses.remove(response);
  }

  /** Cuts the response whose client reads slowest; false if none is slow. */
  boolean cutSlowest() {
    var slowest = slowest();
    if (slowest == null) {
      return false;
    }
    responses.remove(slowest);
    slowest.cut();
    return true;
  }

  private @Nullable OpenResponse slowest() {
    long now = nanoTime.getAsLong();
    OpenResponse slowest = null;
    for (var response : responses) {
      if (response.pace().isSlow(now)
          && (slowest == null
              || response.pace().bytesPerSecond(now) < slowest.pace().bytesPerSecond(now))) {
        slowest = response;
      }
    }
    return slowest;
  }
}
