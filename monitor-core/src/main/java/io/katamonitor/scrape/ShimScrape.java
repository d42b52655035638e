package io.katamonitor.scrape;

import io.katamonitor.exposition.MalformedExpositionException;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.template.BodyDecoder;
import io.katamonitor.template.DecodedBody;
import io.katamonitor.template.TemplateHints;
import io.katamonitor.template.TooManySamplesException;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one shim's response: decodes the body as it arrives, accepts it whole or rejects
 * it whole. {@link #begin}, bytes into {@link #text}, {@link #advance}, repeatedly, then {@link
 * #complete} or {@link #reject}. Confined to the event loop.
 */
final class ShimScrape {
  private final ScrapeMemory memory;
  private final TemplateHints hints;
  private final int maxSamples;
  private @Nullable BodyDecoder decoder;
  private @Nullable DecodedBody body;
  private @Nullable FailureReason rejectedFor;
  private String detail = "";

  /**
   * @param maxSamples a body with more samples is rejected
   */
  ShimScrape(ScrapeMemory memory, TemplateHints hints, int maxSamples) {
    this.memory = memory;
    this.hints = hints;
    this.maxSamples = maxSamples;
  }

  int begin(int more) {
    return decoder().begin(more);
  }

  byte[] text() {
    return decoder().text();
  }

  void advance(int end) {
    try {
      decoder().advance(end);
    } catch (MalformedExpositionException e) {
      reject(FailureReason.MALFORMED, String.valueOf(e.getMessage()));
    } catch (MemoryExhaustedException e) {
      reject(FailureReason.MEMORY, String.valueOf(e.getMessage()));
    } catch (TooManySamplesException e) {
      reject(FailureReason.TOO_MANY_SAMPLES, e.getMessage() + " (max-shim-samples)");
    }
  }

  /** Ends the body, which has arrived whole. */
  void complete() {
    try {
      var decoded = decoder().finish();
      decoder = null;
      body = decoded;
    } catch (MalformedExpositionException e) {
      reject(FailureReason.MALFORMED, String.valueOf(e.getMessage()));
    } catch (MemoryExhaustedException e) {
      reject(FailureReason.MEMORY, String.valueOf(e.getMessage()));
    } catch (TooManySamplesException e) {
      reject(FailureReason.TOO_MANY_SAMPLES, e.getMessage() + " (max-shim-samples)");
    }
  }

  /** Rejects the body and releases all memory; the first reason counts. */
  void reject(FailureReason reason, String sentence) {
    if (rejectedFor == null) {
      rejectedFor = reason;
      detail = sentence;
    }
    release();
  }

  /** Why it was rejected; null while it was not. */
  @Nullable FailureReason rejectedFor() {
    return rejectedFor;
  }

  /** A sentence about the rejection for the log. */
  String detail() {
    return detail;
  }

  /** The samples, once complete; until {@link #release}. */
  @Nullable DecodedBody body() {
    return body;
  }

  /** Approximate bytes of memory it takes. */
  int bytesHeld() {
    if (body != null) {
      return body.bytesHeld();
    }
    return decoder == null ? 0 : decoder.bytesHeld();
  }

  /** Bytes of these on the heap. */
  long heapBytesHeld() {
    if (body != null) {
      return body.heapBytesHeld();
    }
    return decoder == null ? 0 : decoder.heapBytesHeld();
  }

  void release() {
    if (decoder != null) {
      decoder.discard();
      decoder = null;
    }
    if (body != null) {
      body.release();
      body = null;
    }
  }

  private BodyDecoder decoder() {
    var made = decoder;
    if (made == null) {
      made = memory.newDecoder(hints, maxSamples);
      decoder = made;
    }
    return made;
  }
}
