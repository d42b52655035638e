package io.katamonitor.server;

import java.time.Duration;

/**
 * What one client, and all of them together, may take of the server.
 *
 * <p>A connection costs at most 8 KiB of head, twice {@link #READ_BYTES} of input not yet looked
 * at, a body's way to a shim (POST only; 64 KiB and a read), and an answer's write queue of {@link
 * #WRITE_QUEUE_BYTES} and one block; in the kernel 128 KiB to read and {@link #UNSENT_BYTES} to
 * send.
 *
 * @param connections open at the same time, over all listeners; one more is closed at once
 * @param headTime from the first byte of a request (of a connection's first request: from its
 *     opening) to the end of its head
 * @param bodyTime from the end of the head to the end of the body
 * @param idleTime between two requests of a connection
 * @param stalledWriteTime without one byte of an answer taken by the client
 */
public record ServerLimits(
    int connections,
    Duration headTime,
    Duration bodyTime,
    Duration idleTime,
    Duration stalledWriteTime) {
  public static final ServerLimits DEFAULT =
      new ServerLimits(
          512,
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          Duration.ofSeconds(60));

  /** Request line and header fields together. */
  static final int HEAD_BYTES = 8 * 1024;

  /**
   * A POST's body, which is passed on as it comes: what {@code go tool pprof} sends to {@code
   * /debug/pprof/symbol} is far less.
   */
  static final int BODY_BYTES = 1024 * 1024;

  /** A body where none belongs, read and thrown away so that the connection can live on. */
  static final int DISCARDED_BYTES = 64 * 1024;

  /** One read from a client. */
  static final int READ_BYTES = 16 * 1024;

  /** Above it an exchange is not writable, below half of it, it is again. */
  static final int WRITE_QUEUE_BYTES = 128 * 1024;

  /**
   * Of an answer in the kernel, which doubles it for its own needs; left alone it would let a
   * client that stopped reading keep 4 MiB, and that counts as ours.
   */
  static final long UNSENT_BYTES = 512 * 1024L;

  /** How long a refused client is listened to, so that it sees the answer and not a reset. */
  static final Duration LINGER_TIME = Duration.ofSeconds(2);
}
