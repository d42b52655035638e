package io.katamonitor.scrape;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.template.TemplateHints;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request for a shim's {@code /metrics}. {@link RequestState} has its states and transitions,
 * {@link SharedResult} has the clients that wait for it, {@link ShimConnector} the connection.
 *
 * <p>A request to a Go shim stays open after it has failed for its clients, until its response
 * ends, for at most {@link #HOLD_NANOS}. The reason, in Kata 3.15.0 to 4.1.0: text of a guest that
 * does not parse makes a goroutine of the shim loop forever ({@code decodeAgentMetrics} in {@code
 * src/runtime/pkg/containerd-shim-v2/shim_management.go} leaves its loop only at io.EOF). Closing
 * the connection does not end it, and each further request adds one.
 *
 * <p>Confined to the event loop.
 */
final class MetricsRequest
    implements ShimClient.Receiver,
        ShimConnector.Listener,
        RequestSlots.Request,
        ScrapeMemory.Holder {
  /** What the sandbox is notified of. */
  interface Owner {
    /** It got a slot, and is now the one open request of the shim. */
    void sent(MetricsRequest request);

    /** A response, or its status, came within scrape-timeout. */
    void responded();

    /** A request was itself open for scrape-timeout. */
    void timedOut();

    /** It is older than scrape-timeout and stays open. */
    void overdue(MetricsRequest request);

    /** It has an outcome, even if no client waits for it. */
    void settled(MetricsRequest request, ScrapeOutcome outcome);

    /** It is in a final state, or stuck. */
    void ended(MetricsRequest request);
  }

  /** A scrape shares a result whose request began at most that long ago. */
  static final long SHARE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * How long a request to a Go shim is held: the shim waits at most 60 s for its agent, then ends
   * its response without the guest's part.
   */
  static final long HOLD_NANOS = TimeUnit.SECONDS.toNanos(70);

  /**
   * After the hold a response is still read for at least this long: if monitor and shims were
   * frozen together, for example by the cgroup freezer, the shim did not cause the delay.
   */
  static final long MIN_HOLD_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * If a timer fires this late, the monitor's own work delayed it, and likewise the reading of what
   * the shim has sent meanwhile.
   */
  static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Loaded with this class, since loading it later needs a file descriptor. */
  private static final ScrapeOutcome NO_DESCRIPTORS =
      new ScrapeOutcome.Skipped(SkipReason.DESCRIPTORS);

  private final ScrapeContext context;
  private final Sandbox sandbox;
  private final Owner owner;
  private final SharedResult result;
  private final ShimConnector connector;
  private RequestState state = RequestState.WAITING;

  /** The end of scrape-timeout, then of the hold. */
  private Timer.@Nullable Scheduled limit;

  /** The end of the time in which the result may be shared, while no client waits for it. */
  private Timer.@Nullable Scheduled shareEnd;

  /** When it was sent; before that, when it began to wait. */
  private long beganNanos;

  private long bytes;

  private boolean responseBegan;
  private boolean overdue;

  /** Whether scrape-timeout ended late, and what the shim has sent by then is still being read. */
  private boolean isReadOnceMore;

  MetricsRequest(ScrapeContext context, Sandbox sandbox, TemplateHints hints, Owner owner) {
    this.context = context;
    this.sandbox = sandbox;
    this.owner = owner;
    beganNanos = context.clock().nanoTime();
    result = new SharedResult(sandbox.id(), context, hints, this);
    connector = new ShimConnector(context, sandbox, this, this);
  }

  Sandbox sandbox() {
    return sandbox;
  }

  RequestState state() {
    return state;
  }

  SharedResult result() {
    return result;
  }

  @Override
  public boolean isWaiting() {
    return state == RequestState.WAITING;
  }

  /** Whether it is older than scrape-timeout. */
  boolean isOverdue() {
    return overdue;
  }

  /** Whether a scrape that starts now may share its result. */
  boolean isShareable() {
    return state == RequestState.REQUESTED && result.outcome() == null && age() <= SHARE_NANOS;
  }

  /** The same for a raw client, for which the body must have been kept from its first byte. */
  boolean isShareableRaw() {
    return state == RequestState.REQUESTED
        && (result.keepsRaw() || !responseBegan)
        && age() <= SHARE_NANOS;
  }

  private long age() {
    return context.clock().nanoTime() - beganNanos;
  }

  private long elapsed() {
    return Math.max(age(), TimeUnit.MICROSECONDS.toNanos(1));
  }

  /** Removes a scrape that no longer needs the result; no effect if it already has it. */
  void leave(SharedResult.Subscriber subscriber) {
    if (result.unsubscribe(subscriber)) {
      stopIfUnwanted();
    }
  }

  /** The same for a raw client. */
  void leaveRaw(SharedResult.RawSubscriber subscriber) {
    if (result.unsubscribeRaw(subscriber)) {
      stopIfUnwanted();
    }
  }

  private void stopIfUnwanted() {
    if (!result.isUnwanted()) {
      return;
    }
    if (state == RequestState.REQUESTED && connector.hasSentToGoShim()) {
      // A later client may share it: decoded until it is too old for that.
      context.slots().release(this);
      if (shareEnd == null) {
        shareEnd = context.timer().schedule(this::holdIfUnwanted, Math.max(0, SHARE_NANOS - age()));
      }
    } else if (state == RequestState.WAITING || state == RequestState.REQUESTED) {
      end(RequestState.ABANDONED);
    }
  }

  private void holdIfUnwanted() {
    shareEnd = null;
    if (state == RequestState.REQUESTED && result.isUnwanted()) {
      hold();
    }
  }

  /** The outcome for a client whose deadline passes before there is a result. */
  ScrapeOutcome cutOffOutcome() {
    return connector.isShortOfDescriptors()
        ? NO_DESCRIPTORS
        : new ScrapeOutcome.Failure(
            FailureReason.TIMEOUT, elapsed(), "no whole response within the client's deadline");
  }

  @Override
  public void send() {
    become(RequestState.REQUESTED);
    beganNanos = context.clock().nanoTime();
    limit = context.timer().schedule(this::limitPassed, context.limits().scrapeTimeoutNanos());
    context.memory().add(this);
    owner.sent(this);
    connector.connect();
  }

  @Override
  public void skipped(SkipReason reason) {
    skip(new ScrapeOutcome.Skipped(reason));
  }

  @Override
  public int maxBytes() {
    return context.limits().maxShimResponseBytes();
  }

  @Override
  public void connected() {
    connector.connected();
  }

  @Override
  public void connectFailed(ShimClient.ConnectFailure failure, String detail) {
    connector.connectFailed(failure, detail);
  }

  @Override
  public void unreachable(FailureReason reason, String detail) {
    end(RequestState.FAILED);
    settleUnlessGone(reason, detail);
  }

  @Override
  public void responseBegan() {
    responseBegan = true;
  }

  @Override
  public int begin(int more) {
    return result.begin(more);
  }

  @Override
  public byte[] text() {
    return result.text();
  }

  @Override
  public void advance(int end, int count) {
    bytes += count;
    if (state != RequestState.REQUESTED) {
      return;
    }
    if (bytes > maxBytes()) {
      rejected(
          FailureReason.TOO_LARGE, "more than " + maxBytes() + " bytes (max-shim-response-bytes)");
      return;
    }
    context.memory().makeRoom(count);
    if (state == RequestState.REQUESTED && !result.appendRaw(end, count)) {
      result.settleRaw(
          new ScrapeOutcome.Failure(
              FailureReason.MEMORY, elapsed(), "the memory for raw bodies is used up"),
          false);
      stopIfUnwanted();
    }
    if (state == RequestState.REQUESTED) {
      result.decode(end);
      if (context.memory().isExcessive(result.bytesHeld())) {
        result.reject(FailureReason.MEMORY, "the body takes more than its part of the memory");
      }
      endIfRejected();
    }
  }

  /** A body whose samples are rejected still goes to the raw clients. */
  private void endIfRejected() {
    var reason = result.rejectedFor();
    if (reason == null || result.outcome() != null) {
      return;
    }
    var failure = failure(reason, result.rejectedDetail());
    if (result.hasRawClients()) {
      owner.settled(this, failure);
      result.settleScrapes(failure);
    } else {
      holdOrEnd();
      settle(failure);
    }
  }

  @Override
  public void completed() {
    if (!overdue) {
      owner.responded();
    }
    if (state == RequestState.REQUESTED) {
      var outcome = result.complete(elapsed());
      end(RequestState.DONE);
      result.settleRaw(outcome, true);
      settleScrapes(outcome);
    } else if (state == RequestState.HELD) {
      end(RequestState.DONE);
    }
  }

  @Override
  public void rejected(FailureReason reason, String detail) {
    if (reason == FailureReason.STATUS && !overdue) {
      owner.responded();
    }
    if (state == RequestState.REQUESTED) {
      var failure = failure(reason, detail);
      holdOrEnd();
      settle(failure);
    }
  }

  @Override
  public void closed(String detail) {
    connector.closedByShim();
    if (state == RequestState.REQUESTED) {
      end(RequestState.FAILED);
      settleUnlessGone(responseBegan ? FailureReason.MALFORMED : FailureReason.REFUSED, detail);
    } else if (state == RequestState.HELD) {
      end(RequestState.FAILED);
    }
  }

  /** Scrape-timeout has passed. */
  private void limitPassed() {
    limit = null;
    if (!isReadOnceMore
        && state == RequestState.REQUESTED
        && age() - context.limits().scrapeTimeoutNanos() >= LATE_NANOS) {
      // The event loop reads from all sockets before it runs this.
      isReadOnceMore = true;
      limit = context.timer().schedule(this::limitPassed, 1);
      return;
    }
    overdue = true;
    if (state == RequestState.REQUESTED && connector.isShortOfDescriptors()) {
      skip(NO_DESCRIPTORS);
      return;
    }
    if (connector.hasAttempted()) {
      owner.timedOut();
    }
    if (state == RequestState.REQUESTED) {
      holdOrEnd();
      settleUnlessGone(
          FailureReason.TIMEOUT,
          (connector.hasSent() ? "no whole response within " : "no connection within ")
              + context.limits().scrapeTimeout());
    }
    if (state == RequestState.HELD) {
      limit =
          context.timer().schedule(this::holdPassed, Math.max(MIN_HOLD_NANOS, HOLD_NANOS - age()));
      owner.overdue(this);
    }
  }

  private void holdPassed() {
    limit = null;
    end(responseBegan ? RequestState.STUCK : RequestState.FAILED);
  }

  /** Ends a request that was not sent and will not be. */
  void cancel(ScrapeOutcome outcome) {
    end(outcome instanceof ScrapeOutcome.Failure ? RequestState.FAILED : RequestState.ABANDONED);
    settle(outcome);
  }

  /** Called when the sandbox's directory is gone or replaced, and with it its shim. */
  void vanished() {
    end(RequestState.ABANDONED);
    settle(gone(failure(FailureReason.VANISHED, "")));
  }

  private void skip(ScrapeOutcome outcome) {
    end(RequestState.ABANDONED);
    settle(outcome);
  }

  /**
   * Reports a failure of the shim once its directory was checked: if the directory is gone, so is
   * the sandbox, and the shim did not fail. The check is made on a file thread, as it may hang.
   */
  private void settleUnlessGone(FailureReason reason, String detail) {
    var failure = failure(reason, detail);
    if (connector.hasAttempted()) {
      context.policy().checkGone(sandbox, isGone -> settle(isGone ? gone(failure) : failure));
    } else {
      settle(failure);
    }
  }

  /** Reports a failure after the state has changed: a listener may start the next scrape. */
  private void settle(ScrapeOutcome outcome) {
    result.settleRaw(outcome, false);
    settleScrapes(outcome);
  }

  private void settleScrapes(ScrapeOutcome outcome) {
    if (result.outcome() == null) {
      owner.settled(this, outcome);
      result.settleScrapes(outcome);
    } else if (!(result.outcome() instanceof ScrapeOutcome.Success)) {
      result.drop();
    }
  }

  private ScrapeOutcome.Failure failure(FailureReason reason, String detail) {
    return new ScrapeOutcome.Failure(reason, elapsed(), detail);
  }

  private static ScrapeOutcome.Failure gone(ScrapeOutcome.Failure failure) {
    return new ScrapeOutcome.Failure(
        FailureReason.VANISHED, failure.durationNanos(), "its directory is gone");
  }

  private void holdOrEnd() {
    if (connector.hasSentToGoShim()) {
      hold();
    } else {
      end(RequestState.FAILED);
    }
  }

  private void hold() {
    become(RequestState.HELD);
    cancelShareEnd();
    connector.discard();
    result.drop();
    context.slots().release(this);
  }

  private void end(RequestState last) {
    become(last);
    if (limit != null) {
      limit.cancel();
      limit = null;
    }
    cancelShareEnd();
    connector.close();
    if (last != RequestState.DONE) {
      result.drop();
    }
    context.slots().release(this);
    owner.ended(this);
  }

  private void cancelShareEnd() {
    if (shareEnd != null) {
      shareEnd.cancel();
      shareEnd = null;
    }
  }

  private void become(RequestState next) {
    if (!state.canBecome(next)) {
      throw new IllegalStateException(state + " cannot become " + next);
    }
    state = next;
  }

  @Override
  public int bytesHeld() {
    return result.bytesHeld();
  }

  @Override
  public long heapBytesHeld() {
    return result.heapBytesHeld();
  }

  @Override
  public void rejectForMemory(String detail) {
    if (result.outcome() instanceof ScrapeOutcome.Success) {
      var failure = new ScrapeOutcome.Failure(FailureReason.MEMORY, elapsed(), detail);
      owner.settled(this, failure);
      result.takeBack(failure);
    } else {
      result.reject(FailureReason.MEMORY, detail);
      endIfRejected();
    }
  }
}
