package io.katamonitor.sim;

import java.time.Duration;

/** A fault of a shim, enabled by {@link SimulatedSandbox#fault}. */
public sealed interface Fault {
  /** No fault: the shim is healthy. */
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

  /** The guest's policy denies the agent's request: the shim sends only its own families. */
  record Denied() implements Fault {}

  /**
   * Aborts on a request for metrics, and its pod with it: a shim of runtime-rs whose driver's
   * metrics are a {@code todo!()}. Responds to other requests.
   */
  record Abort() implements Fault {}

  /** Responds correctly, late. */
  record Delay(Duration by) implements Fault {}

  /** Responds correctly, {@code bytes} at a time. */
  record Slow(int bytes, Duration every) implements Fault {}

  /** Something other than a listening socket is at the socket's path. */
  record NoSocket(Instead instead) implements Fault {}

  /** See {@link NoSocket}. */
  enum Instead {
    NOTHING,
    /** A socket without a listener: connection refused. */
    STALE_SOCKET,
    FILE,
    FIFO,
    DIRECTORY,
    DANGLING_LINK,
    DATAGRAM_SOCKET
  }

  /** Resets the connection (ECONNRESET) after so many bytes of the response. */
  record Reset(int afterBytes) implements Fault {}

  /** Closes the connection in an orderly way after so many bytes of the response. */
  record Cut(int afterBytes) implements Fault {}

  /** Closes the connection in the middle of the response, in any framing. */
  record HalfBody() implements Fault {}

  /** The Content-Length is not that of the body. */
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

  /** The size line of a chunk is not a number. */
  record BrokenChunk() implements Fault {}

  /** Seeded random bytes instead of an HTTP response. */
  record Garbage(long seed) implements Fault {}

  /** A correct beginning, then endless samples, as fast as they are read. */
  record Endless() implements Fault {}

  /** Responds to every path with this status and a sentence. */
  record Status(int status) implements Fault {}

  /** Responds to every path with a 302 to this location. */
  record Redirect(String location) implements Fault {}

  /** Sends its metrics with gzip although the request does not accept it. */
  record Gzipped() implements Fault {}

  /** Responds with exactly these bytes, HTTP head and all, then closes. */
  @SuppressWarnings("ArrayRecordComponent") // faults are never compared
  record Raw(byte[] bytes) implements Fault {
    public Raw {
      bytes = bytes.clone();
    }
  }

  /**
   * So many percent of its series are unique: names of interfaces and disks end in its id. With 0
   * the usual body is sent by the same code.
   */
  record UniqueSeries(int percent) implements Fault {
    /** Maximum: a body has no more series of interfaces and disks. */
    static final int MAX_PERCENT = 15;

    public UniqueSeries {
      if (percent < 0 || percent > MAX_PERCENT) {
        throw new IllegalArgumentException(
            "unique series are 0 to " + MAX_PERCENT + " percent, not " + percent);
      }
    }
  }

  /** So many additional series that are new at each scrape. */
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
   * Parses a fault of the command line: its name, and after a colon its parameters. {@code hang},
   * {@code delay:50ms}, {@code slow:100/1s}, {@code status:500}, {@code reset:1000}, {@code
   * unique-series:7}, {@code new-series:5000}, {@code hostile:type_conflict}.
   *
   * @throws IllegalArgumentException with a sentence for the user
   */
  static Fault parse(String text) {
    return FaultWords.parse(text);
  }
}
