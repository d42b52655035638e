package io.katamonitor.server;

import java.time.Duration;

/**
 * What one client, and all of them together, may take of the server.
 *
 * <p>A connection holds at most {@link #CONNECTION_BYTES} for its input, which are charged when it
 * is accepted, and the bytes of its response that wait to be written, which are charged while they
 * wait: {@link #WRITE_QUEUE_BYTES} and one block of a streamed response. The kernel holds 128 KiB
 * of input and {@link #UNSENT_BYTES}, or {@link #STREAM_UNSENT_BYTES}, of output.
 *
 * @param connections open at the same time, over all listeners
 * @param healthPlaces connections beyond these, for requests of health endpoints
 * @param handshakes TLS handshakes in progress; they count as connections
 * @param headTime from the first byte of a request (of a connection's first request: from its
 *     opening) to the end of its head
 * @param healthHeadTime the same on a health place
 * @param bodyTime from the end of the head to the end of the body
 * @param idleTime between two requests of a connection
 * @param stalledWriteTime without one byte of a response taken by the client
 * @param evictionTime the same, when another client needs the place or the memory
 */
public record ServerLimits(
    int connections,
    int healthPlaces,
    int handshakes,
    Duration headTime,
    Duration healthHeadTime,
    Duration bodyTime,
    Duration idleTime,
    Duration stalledWriteTime,
    Duration evictionTime) {
  public static final ServerLimits DEFAULT =
      new ServerLimits(
          512,
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          Duration.ofSeconds(60));

  /** Request line and header fields together. */
  static final int HEAD_BYTES = 8 * 1024;

  static final int QUERY_PARAMETERS = 64;

  /**
   * A POST's body, which is passed on as it arrives: what {@code go tool pprof} sends to {@code
   * /debug/pprof/symbol} is far less.
   */
  static final int BODY_BYTES = 1024 * 1024;

  /**
   * A body that the endpoint does not read is discarded up to this, so that the connection is kept.
   */
  static final int DISCARDED_BYTES = 64 * 1024;

  /** One read from a client. */
  static final int READ_BYTES = 8 * 1024;

  /** Received and not yet decoded: a TLS record and a read, decrypted. */
  static final int INPUT_BYTES = 32 * 1024;

  /** Decoded at a time: at most 28 requests. */
  static final int SLICE_BYTES = 512;

  /**
   * Charged for each connection: {@link #INPUT_BYTES} outside the heap and as much on it. A head of
   * 8 KiB is there as a line of the decoder, as strings, and as 100 fields of 130 bytes.
   */
  static final int CONNECTION_BYTES = 2 * INPUT_BYTES;

  /**
   * Responses that wait to be written, all together: 40 scrapes take up to 9 MiB of it. Without a
   * limit of their own they would leave no memory for new connections.
   */
  static final long RESPONSE_BYTES = 24L << 20;

  /** A response up to here is not charged: it is part of {@link #CONNECTION_BYTES}. */
  static final int SMALL_RESPONSE_BYTES = 1024;

  /** Above it an exchange is not writable, below half of it, it is again. */
  static final int WRITE_QUEUE_BYTES = 128 * 1024;

  /**
   * Unsent bytes of a whole response in the kernel. Without this limit the kernel would keep 4 MiB
   * for a client that stopped reading, and they count as the process's; what the kernel does not
   * accept waits in a queue that is charged.
   */
  static final long UNSENT_BYTES = 64 * 1024L;

  /** The same for a streamed response; the kernel doubles the number. */
  static final long STREAM_UNSENT_BYTES = 512 * 1024L;

  /**
   * Input of a rejected client is read for so long, so that it gets the response and not a reset.
   */
  static final Duration LINGER_TIME = Duration.ofSeconds(2);

  /**
   * Interval at which the deadlines of all connections are compared with the clock, instead of a
   * timer for each. A connection is closed at most this long after its deadline.
   */
  long sweepNanos() {
    return Math.min(headTime.toNanos(), healthHeadTime.toNanos()) / 4;
  }

  /** The usual health places, handshakes and times of eviction. */
  public ServerLimits(
      int connections,
      Duration headTime,
      Duration bodyTime,
      Duration idleTime,
      Duration stalledWriteTime) {
    this(
        connections,
        8,
        64,
        headTime,
        Duration.ofSeconds(1),
        bodyTime,
        idleTime,
        stalledWriteTime,
        Duration.ofSeconds(5));
  }
}
