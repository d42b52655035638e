package io.katamonitor.shim;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Delays reads from shims that send tiny pieces. A read costs 20 to 50 us even for one byte, so a
 * shim that sends its body byte by byte is read at most 200 times a second, and 50 times after the
 * first {@value #SHORT_PAUSES} pauses; what it sends meanwhile is received by the next read.
 * Ordinary bodies come in pieces of 4 KiB and more and are read at once. A held response, of which
 * only the end is needed, is read 10 times a second, and once a second if the pieces are tiny: a
 * read takes 0.7 us for each piece that was written, and some 280 unread ones fit the socket.
 *
 * <p>All connections that wait resume together: one wake-up of the loop for twenty such shims costs
 * little more than for one. Confined to the event loop.
 */
final class ReadPacing {
  static final long SHORT_MILLIS = 5;
  static final long LONG_MILLIS = 20;
  static final long DISCARD_MILLIS = 100;
  static final long TINY_DISCARD_MILLIS = 1000;

  /** A smaller read is tiny. */
  static final int TINY_BYTES = 1024;

  /** An ordinary response has few tiny reads: its head, its last chunk, its end. */
  static final int FREE_TINY_READS = 4;

  static final int SHORT_PAUSES = 50;

  private final Batch shortPause;
  private final Batch longPause;
  private final Batch discardPause;
  private final Batch tinyDiscardPause;

  ReadPacing(EventLoop loop) {
    shortPause = new Batch(loop, SHORT_MILLIS);
    longPause = new Batch(loop, LONG_MILLIS);
    discardPause = new Batch(loop, DISCARD_MILLIS);
    tinyDiscardPause = new Batch(loop, TINY_DISCARD_MILLIS);
  }

  /**
   * Pauses a connection after a read of content that is used.
   *
   * @param bytes of the read
   * @param tinyReads of the response before this one
   * @return the number of tiny reads of the response so far
   */
  int afterRead(ShimConnection connection, int bytes, int tinyReads) {
    if (bytes >= TINY_BYTES) {
      return tinyReads;
    }
    int count = tinyReads + 1;
    if (count > FREE_TINY_READS + SHORT_PAUSES) {
      longPause.pause(connection);
    } else if (count > FREE_TINY_READS) {
      shortPause.pause(connection);
    }
    return count;
  }

  /** Pauses a connection after a read of content that is discarded. */
  void afterDiscard(ShimConnection connection, int bytes) {
    (bytes < TINY_BYTES ? tinyDiscardPause : discardPause).pause(connection);
  }

  /** Connections that resume together. */
  private static final class Batch {
    private final EventLoop loop;
    private final long millis;
    private List<ShimConnection> paused = new ArrayList<>(1);

    Batch(EventLoop loop, long millis) {
      this.loop = loop;
      this.millis = millis;
    }

    void pause(ShimConnection connection) {
      connection.rest();
      if (paused.isEmpty()) {
        loop.schedule(this::resume, millis, TimeUnit.MILLISECONDS);
      }
      paused.add(connection);
    }

    private void resume() {
      var due = paused;
      paused = new ArrayList<>(1);
      for (var connection : due) {
        connection.endRest();
      }
    }
  }
}
