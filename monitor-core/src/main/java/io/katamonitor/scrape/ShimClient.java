package io.katamonitor.scrape;

import io.katamonitor.sandbox.Sandbox;

/**
 * Connects to one shim and sends {@code GET /metrics} over a connection of its own. One attempt:
 * retries, deadlines and the classification of failures are up to the caller. On the event loop
 * only; never calls the receiver from within {@link #connect}.
 */
public interface ShimClient {
  /**
   * Pause between attempts to connect to a shim whose backlog is full, for scrapes and proxies
   * alike: connect(2) fails at once with EAGAIN, and no event reports when there is room.
   */
  long BACKLOG_NANOS = 20_000_000;

  /** Why a connection failed. */
  enum ConnectFailure {
    /** No socket, no process that listens on it, or something else in its place. */
    REFUSED,
    /** EACCES or EPERM. */
    DENIED,
    /** EAGAIN: a unix socket with a full backlog; worth another attempt. */
    BACKLOG_FULL,
    /** EMFILE or ENFILE: the monitor's own shortage. */
    NO_DESCRIPTORS
  }

  /** A connection, open or being opened. */
  interface Connection {
    /** Sends the request; once, after {@link Receiver#connected}. Harmless after its end. */
    void sendRequest();

    /**
     * Discards the rest of the response but keeps the connection open until its end: from now on it
     * is read slowly, and its content is not handed over.
     */
    void discard();

    /** Closes it; the receiver is not called any more. No effect after its end. */
    void close();
  }

  /**
   * Receives the result: {@link #connectFailed}; or {@link #connected} and then at most one of
   * {@link #completed}, {@link #rejected} and {@link #closed}. After {@link #rejected} the
   * connection is still open, its bytes are discarded, and {@link #closed} follows.
   */
  interface Receiver {
    /** Maximum size of the body in bytes. */
    int maxBytes();

    /** The connection is there; nothing has been sent. */
    void connected();

    /**
     * @param detail one sentence for the log
     */
    void connectFailed(ConnectFailure failure, String detail);

    /** Bytes of the response, head included, have arrived. */
    void responseBegan();

    /** Ensures space for {@code more} bytes in {@link #text}; returns where in it they go. */
    int begin(int more);

    /** The array that {@link #begin} made space in; valid until the next {@link #begin}. */
    byte[] text();

    /**
     * Takes bytes of the body, freed of HTTP framing.
     *
     * @param end where in {@link #text} they end
     * @param count how many they are
     */
    void advance(int end, int count);

    /** The response is whole. */
    void completed();

    /** The response cannot be accepted; the connection is still open. */
    void rejected(FailureReason reason, String detail);

    /** The shim closed the connection before the end of the response. */
    void closed(String detail);
  }

  /** Connects. */
  Connection connect(Sandbox sandbox, Receiver receiver);
}
