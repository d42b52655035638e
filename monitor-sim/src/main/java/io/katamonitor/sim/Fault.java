package io.katamonitor.sim;

import java.time.Duration;

/** What is wrong with a shim. Each is switched on by {@link SimulatedSandbox#fault}. */
public sealed interface Fault {
  /** Nothing: the shim responds as a healthy one. */
  Fault NONE = new None();

  record None() implements Fault {}

  /** Accepts, reads, never responds. */
  record Hang() implements Fault {}

  /** Listens and lets connections queue, but never accepts one. */
  record NeverAccept() implements Fault {}

  /** Its queue of connections is full: a non-blocking connect fails with EAGAIN. */
  record FullBacklog() implements Fault {}

  /**
   * Sends the first 4,096 bytes of its response, then nothing, forever: a Go shim of 3.15.0 to
   * 4.1.0 whose guest's metrics do not parse (decodeAgentMetrics loops).
   */
  record Stuck() implements Fault {
    static final int BYTES = 4096;
  }

  /** The guest's policy denies the agent's request: the shim's own families only. */
  record Denied() implements Fault {}

  /**
   * Dies of a request for metrics, and its pod with it: a shim of runtime-rs whose driver's metrics
   * are a {@code todo!()}. Other requests get responses.
   */
  record Abort() implements Fault {}

  /** Responds correctly, late. */
  record Delay(Duration by) implements Fault {}

  /** Responds correctly, {@code bytes} at a time. */
  record Slow(int bytes, Duration every) implements Fault {}

  /** Something that is not a listening socket stands at the socket's path. */
  record NoSocket(Instead instead) implements Fault {}

  /** See {@link NoSocket}. */
  enum Instead {
    NOTHING,
    /** A socket nobody listens on: connection refused. */
    STALE_SOCKET,
    FILE,
    FIFO,
    DIRECTORY,
    DANGLING_LINK,
    DATAGRAM_SOCKET
  }

  /** Resets the connection (ECONNRESET) after so many bytes of the response. */
  record Reset(int afterBytes) implements Fault {}

  /** Closes the connection orderly after so many bytes of the response. */
  record Cut(int afterBytes) implements Fault {}

  /** Closes the connection in the middle of the response, whatever its framing. */
  record HalfBody() implements Fault {}

  /** The Content-Length is not the body's. */
  record WrongLength(Length length) implements Fault {}

  /** See {@link WrongLength}. */
  enum Length {
    /** Announces 1,000 bytes more than follow, then closes. */
    TOO_LONG,
    /** Announces half of what follows. */
    TOO_SHORT,
    /** Two Content-Length headers that differ. */
    TWO,
    /** Content-Length and Transfer-Encoding together. */
    AND_CHUNKED,
    NEGATIVE
  }

  /** A chunk's size line is no number. */
  record BrokenChunk() implements Fault {}

  /** Seeded random bytes instead of an HTTP response. */
  record Garbage(long seed) implements Fault {}

  /** A correct beginning, and then samples without end, as fast as they are read. */
  record Endless() implements Fault {}

  /** Responds to every path with this status and a sentence. */
  record Status(int status) implements Fault {}

  /** Responds to every path with a 302 to this location. */
  record Redirect(String location) implements Fault {}

  /** Sends its metrics gzipped though nobody asked for it. */
  record Gzipped() implements Fault {}

  /** Responds with exactly these bytes, HTTP head and all, then closes. */
  @SuppressWarnings("ArrayRecordComponent") // faults are never compared
  record Raw(byte[] bytes) implements Fault {
    public Raw {
      bytes = bytes.clone();
    }
  }

  /**
   * So many percent of its series are its own: names of interfaces and disks end in its id. 0 sends
   * the usual body the same way.
   */
  record UniqueSeries(int percent) implements Fault {
    /** A body has no more series of interfaces and disks. */
    static final int MAX_PERCENT = 15;

    public UniqueSeries {
      if (percent < 0 || percent > MAX_PERCENT) {
        throw new IllegalArgumentException(
            "unique series are 0 to " + MAX_PERCENT + " percent, not " + percent);
      }
    }
  }

  /** So many series more that are new at each scrape. */
  record NewSeries(int count) implements Fault {
    public NewSeries {
      if (count < 0) {
        throw new IllegalArgumentException("new series are 0 or more, not " + count);
      }
    }
  }

  /** Sends metrics that are well framed but hostile. */
  record Hostile(HostileBody body) implements Fault {}

  /**
   * A fault as the command line names it: its word, and after a colon what it takes. {@code hang},
   * {@code delay:50ms}, {@code slow:100/1s}, {@code status:500}, {@code reset:1000}, {@code
   * unique-series:7}, {@code new-series:5000}, {@code hostile:type_conflict}.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  static Fault parse(String text) {
    return FaultWords.parse(text);
  }
}
