package io.katamonitor.scrape;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.ScrapePolicy.Decision;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects to one shim and sends one request for metrics. The policy checks the sandbox's directory
 * before each attempt to connect, and again before the request is sent: if it was replaced in
 * between, the connection leads to another shim. Attempts are repeated until {@link #close} while
 * the shim's backlog is full or no file descriptor is left.
 *
 * <p>Owns the connection. Its events go to the receiver, which calls {@link #connected}, {@link
 * #connectFailed} and {@link #closedByShim} here. Confined to the event loop.
 */
final class ShimConnector {
  /** Gets the reason why no request is sent. */
  interface Listener {
    /** The policy forbids the request. */
    void skipped(SkipReason reason);

    /** The shim cannot be connected to. */
    void unreachable(FailureReason reason, String detail);
  }

  /** Pause between attempts to get a file descriptor. */
  static final long DESCRIPTOR_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final ScrapeContext context;
  private final Sandbox sandbox;
  private final ShimClient.Receiver receiver;
  private final Listener listener;
  private ShimClient.@Nullable Connection connection;

  /** The next attempt to connect. */
  private Timer.@Nullable Scheduled retry;

  /** The decision that allowed the connection; it names the runtime of the shim. */
  private Decision allowedAs = Decision.NOT_SCRAPED;

  private boolean attempted;
  private boolean sent;
  private boolean shortOfDescriptors;
  private boolean closed;

  /**
   * @param receiver the owner of the request, which gets the response
   */
  ShimConnector(
      ScrapeContext context, Sandbox sandbox, ShimClient.Receiver receiver, Listener listener) {
    this.context = context;
    this.sandbox = sandbox;
    this.receiver = receiver;
    this.listener = listener;
  }

  /** Makes an attempt; the owner calls this once. */
  void connect() {
    retry = null;
    context.policy().check(sandbox, this::decided);
  }

  private void decided(Decision decision) {
    if (closed || connection != null) {
      return; // It ended while the directory was checked.
    }
    if (decision == Decision.STARTING) {
      listener.skipped(SkipReason.STARTING);
    } else if (decision == Decision.NOT_SCRAPED) {
      listener.skipped(SkipReason.NOT_SCRAPED);
    } else {
      allowedAs = decision;
      attempted = true;
      connection = context.client().connect(sandbox, receiver);
    }
  }

  /** The connection is established: sends the request if the directory is still the same. */
  void connected() {
    shortOfDescriptors = false;
    context.policy().check(sandbox, this::confirmed);
  }

  private void confirmed(Decision decision) {
    var connected = connection;
    if (connected == null) {
      return; // It ended while the directory was checked.
    }
    if (decision == allowedAs) {
      sent = true;
      connected.sendRequest();
    } else {
      connected.close();
      connection = null;
      decided(decision);
    }
  }

  /** An attempt failed: another one is made, or the shim is unreachable. */
  void connectFailed(ShimClient.ConnectFailure failure, String detail) {
    connection = null;
    if (closed) {
      return;
    }
    if (failure == ShimClient.ConnectFailure.BACKLOG_FULL) {
      shortOfDescriptors = false;
      retry = context.timer().schedule(this::connect, ShimClient.BACKLOG_NANOS);
    } else if (failure == ShimClient.ConnectFailure.NO_DESCRIPTORS) {
      shortOfDescriptors = true;
      context.shortages().report();
      retry = context.timer().schedule(this::connect, DESCRIPTOR_NANOS);
    } else {
      boolean isDenied = failure == ShimClient.ConnectFailure.DENIED;
      listener.unreachable(isDenied ? FailureReason.DENIED : FailureReason.REFUSED, detail);
    }
  }

  /** The shim has closed the connection. */
  void closedByShim() {
    connection = null;
  }

  /** Whether an attempt to connect was made. */
  boolean hasAttempted() {
    return attempted;
  }

  /** Whether the request was sent. */
  boolean hasSent() {
    return sent;
  }

  /** Whether the request was sent to a shim written in Go: those are held. */
  boolean hasSentToGoShim() {
    return sent && allowedAs == Decision.SCRAPE_GO;
  }

  /** Whether it waits for a file descriptor. */
  boolean isShortOfDescriptors() {
    return shortOfDescriptors && connection == null;
  }

  /** Discards the rest of the response; see {@link ShimClient.Connection#discard}. */
  void discard() {
    if (connection != null) {
      connection.discard();
    }
  }

  /** Ends all attempts and closes the connection, if there is one; no effect the second time. */
  void close() {
    closed = true;
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }
}
