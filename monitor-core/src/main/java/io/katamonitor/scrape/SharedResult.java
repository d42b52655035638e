package io.katamonitor.scrape;

import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.template.DecodedBody;
import io.katamonitor.template.TemplateHints;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one request, and its subscribers: scrapes for its samples, raw clients for its
 * unchanged body (a <i>raw</i> body). Reported once to each, and counted once in the own series,
 * however many scrapes share it. Confined to the event loop.
 */
final class SharedResult {
  /** Waits for samples. */
  interface Subscriber {
    /**
     * There is a result. After a success the subscriber has to call {@link SharedResult#release}.
     */
    void settled(ScrapeOutcome outcome);

    /** The result was a success whose memory was reclaimed. */
    void takenBack(ScrapeOutcome outcome);

    /** Whether the samples are still to be merged. */
    boolean isWaiting();
  }

  /** Waits for the body as it is. */
  interface RawSubscriber {
    /** The whole body has arrived; the subscriber releases it. */
    void body(RawBody body);

    void failed(ScrapeOutcome outcome);
  }

  private final SandboxId id;
  private final ScrapeContext context;
  private final ScrapeMemory.Holder holder;
  private final ShimScrape scrape;
  private final List<Subscriber> subscribers = new ArrayList<>(1);
  private final List<RawSubscriber> rawSubscribers = new ArrayList<>(0);
  private List<Subscriber> users = List.of();
  private int usersLeft;
  private @Nullable RawBody raw;
  private @Nullable ScrapeOutcome outcome;
  private boolean cutOffReported;

  /**
   * @param holder the request, as registered with {@link ScrapeMemory}
   */
  SharedResult(
      SandboxId id, ScrapeContext context, TemplateHints hints, ScrapeMemory.Holder holder) {
    this.id = id;
    this.context = context;
    this.holder = holder;
    scrape = new ShimScrape(context.memory(), hints, context.limits().maxShimSamples());
  }

  void subscribe(Subscriber subscriber) {
    subscribers.add(subscriber);
  }

  boolean unsubscribe(Subscriber subscriber) {
    return subscribers.remove(subscriber);
  }

  void subscribeRaw(RawSubscriber subscriber) {
    rawSubscribers.add(subscriber);
    if (raw == null) {
      raw = new RawBody(context.memory());
    }
  }

  boolean unsubscribeRaw(RawSubscriber subscriber) {
    return rawSubscribers.remove(subscriber);
  }

  /** Whether it has no subscribers. */
  boolean isUnwanted() {
    return subscribers.isEmpty() && rawSubscribers.isEmpty();
  }

  /** Whether raw clients wait for it. */
  boolean hasRawClients() {
    return !rawSubscribers.isEmpty();
  }

  /** Whether the body is also kept unchanged. */
  boolean keepsRaw() {
    return raw != null;
  }

  /** What scrapes get; null while there is no result. */
  @Nullable ScrapeOutcome outcome() {
    return outcome;
  }

  /** Counts a failure for a client whose deadline passed before there was a result; once. */
  void reportCutOff(ScrapeOutcome failure) {
    if (!cutOffReported && outcome == null) {
      cutOffReported = true;
      context.observer().sandboxScraped(id, failure);
    }
  }

  int begin(int more) {
    return scrape.begin(more);
  }

  byte[] text() {
    return scrape.text();
  }

  /**
   * Keeps bytes of the body for the raw clients.
   *
   * @return false if the memory for them is used up
   */
  boolean appendRaw(int end, int count) {
    return raw == null || raw.append(text(), end - count, count);
  }

  /** Decodes bytes of the body; {@link #rejectedFor} says whether they were accepted. */
  void decode(int end) {
    if (scrape.rejectedFor() == null) {
      scrape.advance(end);
    }
  }

  void reject(FailureReason reason, String detail) {
    scrape.reject(reason, detail);
  }

  /** Why scrapes get no samples although the response continues; null while they may get some. */
  @Nullable FailureReason rejectedFor() {
    return scrape.rejectedFor();
  }

  String rejectedDetail() {
    return scrape.detail();
  }

  /**
   * Ends the body, which has arrived whole; the outcome is a success or a failure.
   *
   * @param elapsedNanos since the request began
   */
  ScrapeOutcome complete(long elapsedNanos) {
    if (outcome != null) {
      return outcome;
    }
    scrape.complete();
    var body = scrape.body();
    var reason = scrape.rejectedFor();
    return body == null || reason != null
        ? new ScrapeOutcome.Failure(
            reason == null ? FailureReason.MALFORMED : reason, elapsedNanos, scrape.detail())
        : new ScrapeOutcome.Success(elapsedNanos, body.counts().bytes(), body.counts().samples());
  }

  /** Notifies the scrapes; no effect the second time. */
  void settleScrapes(ScrapeOutcome result) {
    if (outcome != null) {
      return;
    }
    outcome = result;
    var waiting = List.copyOf(subscribers);
    subscribers.clear();
    boolean isTimeout =
        result instanceof ScrapeOutcome.Failure failure
            && failure.reason() == FailureReason.TIMEOUT;
    if (!waiting.isEmpty() && !(isTimeout && cutOffReported)) {
      context.observer().sandboxScraped(id, result);
    }
    if (result instanceof ScrapeOutcome.Success) {
      users = waiting;
      usersLeft = waiting.size();
    }
    if (usersLeft == 0) {
      dropSamples();
    }
    for (var subscriber : waiting) {
      subscriber.settled(result);
    }
  }

  /**
   * Notifies the raw clients.
   *
   * @param isWhole whether the whole body has arrived; otherwise they fail with {@code result}
   */
  void settleRaw(ScrapeOutcome result, boolean isWhole) {
    var body = raw;
    raw = null;
    var waiting = List.copyOf(rawSubscribers);
    rawSubscribers.clear();
    for (var subscriber : waiting) {
      if (isWhole && body != null) {
        body.retain();
        subscriber.body(body);
      } else {
        subscriber.failed(result);
      }
    }
    if (body != null) {
      body.release();
    }
  }

  /** The samples, after a success, until {@link #release}. */
  @Nullable DecodedBody body() {
    return scrape.body();
  }

  /** Called once by each subscriber that got a success, when it no longer needs the samples. */
  void release() {
    if (--usersLeft == 0) {
      dropSamples();
    }
  }

  /** Releases all memory; subscribers that still wait get no content. */
  void drop() {
    dropSamples();
    if (raw != null) {
      raw.release();
      raw = null;
    }
  }

  private void dropSamples() {
    scrape.release();
    context.memory().remove(holder);
  }

  /** Bytes that could be reclaimed. */
  int bytesHeld() {
    return canBeTakenBack() ? scrape.bytesHeld() : 0;
  }

  /** Bytes of these on the heap. */
  long heapBytesHeld() {
    return canBeTakenBack() ? scrape.heapBytesHeld() : 0;
  }

  /** False while it is being sent to clients: reclaiming it would free nothing. */
  private boolean canBeTakenBack() {
    if (!(outcome instanceof ScrapeOutcome.Success)) {
      return true;
    }
    for (var user : users) {
      if (user.isWaiting()) {
        return true;
      }
    }
    return false;
  }

  /** Reclaims the memory of a success. */
  void takeBack(ScrapeOutcome.Failure failure) {
    dropSamples();
    outcome = failure;
    context.observer().sandboxScraped(id, failure);
    for (var user : users) {
      user.takenBack(failure);
    }
  }
}
