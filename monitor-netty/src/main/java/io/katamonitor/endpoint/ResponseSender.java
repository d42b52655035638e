package io.katamonitor.endpoint;

import io.katamonitor.encode.EncoderBuffers;
import io.katamonitor.encode.ResponseEncoder;
import io.katamonitor.encode.ResponseFormat;
import io.katamonitor.log.Log;
import io.katamonitor.merge.MergedFamilies;
import io.katamonitor.server.Exchange;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends merged families to one client, and releases them at the end, in every case. Encodes at most
 * {@value #TURN_MILLIS} ms at a time while the client reads, then lets other connections and shims
 * have their turn. Confined to the event loop.
 */
final class ResponseSender implements OpenResponses.OpenResponse {
  private static final Log LOG = Log.of(ResponseSender.class);

  /** How long one client's encoder runs before other connections have their turn. */
  private static final long TURN_MILLIS = 2;

  private final Exchange exchange;
  private final MergedFamilies families;
  private final LongSupplier nanoTime;
  private final Consumer<ResponseSender> whenDone;
  private final ReadingPace pace = new ReadingPace();
  private @Nullable ResponseEncoder encoder;

  /** Time of the last known poll of the event loop before this client's turn. */
  private long turnStart;

  private boolean isScheduled;
  private boolean isEncoding;
  private boolean isDone;
  private boolean isFreed;

  /**
   * @param families owned by the sender
   * @param nanoTime a clock like {@link System#nanoTime}
   * @param whenDone called once, at the end
   */
  ResponseSender(
      Exchange exchange,
      MergedFamilies families,
      LongSupplier nanoTime,
      Consumer<ResponseSender> whenDone) {
    this.exchange = exchange;
    this.families = families;
    this.nanoTime = nanoTime;
    this.whenDone = whenDone;
  }

  /** Sends the head, then blocks at the client's pace. */
  void start(ResponseFormat format, HttpHeaders headers, EncoderBuffers buffers) {
    exchange.onClientGone(this::done);
    exchange.begin(HttpResponseStatus.OK, headers);
    if (exchange.request().isHead()) {
      exchange.end();
      done();
      return;
    }
    encoder = ResponseEncoder.of(format, families, buffers, this::write);
    exchange.onWritable(this::writable);
    turnStart = nanoTime.getAsLong();
    sendTurn();
  }

  private void write(byte[] bytes, int from, int length) {
    if (length > 0) {
      pace.wrote(length);
      exchange.write(exchange.allocator().directBuffer(length).writeBytes(bytes, from, length));
    }
  }

  /**
   * Continues within the turn, unless it is over: while a client reads everything that is written,
   * Netty flushes in up to 64 tasks without a poll between them.
   */
  private void writable() {
    if (isTurnOver()) {
      continueLater();
    } else {
      sendTurn();
    }
  }

  private void sendTurn() {
    var encoding = encoder;
    if (encoding == null || isDone || isScheduled) {
      return;
    }
    try {
      pace.continues(nanoTime.getAsLong());
      boolean more = true;
      isEncoding = true;
      while (more && !isDone && exchange.isWritable() && !isTurnOver()) {
        more = encoding.encodeNextBlock();
      }
      if (!more && !isDone) {
        exchange.onWritable(null);
        exchange.end();
        done();
      } else if (!isDone && exchange.isWritable()) {
        continueLater();
      } else if (!isDone) {
        pace.waits(nanoTime.getAsLong());
      }
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      // An OutOfMemoryError is one of off-heap memory: an exhausted heap ends the process. After
      // the
      // first byte an error may only close the connection: a clean end would look like a whole
      // response.
      LOG.error("a response could not be completed", "error", e);
      abort();
    } finally {
      isEncoding = false;
      if (isDone) {
        free();
      }
    }
  }

  private boolean isTurnOver() {
    return nanoTime.getAsLong() - turnStart >= TimeUnit.MILLISECONDS.toNanos(TURN_MILLIS);
  }

  /**
   * Continues after the other events of the loop. {@code execute} would not yield: Netty runs all
   * tasks before it polls again, and checks the time only after every 64 of them; a scheduled task
   * runs after the next poll.
   */
  private void continueLater() {
    if (isScheduled) {
      return;
    }
    isScheduled = true;
    exchange
        .eventLoop()
        .schedule(
            () -> {
              isScheduled = false;
              turnStart = nanoTime.getAsLong();
              sendTurn();
            },
            1,
            TimeUnit.NANOSECONDS);
  }

  @Override
  public ReadingPace pace() {
    return pace;
  }

  @Override
  public void cut() {
    abort();
  }

  /** Ends the response early: the client sees its connection closed. */
  private void abort() {
    if (!isDone) {
      exchange.abort();
      done();
    }
  }

  private void done() {
    if (!isDone) {
      isDone = true;
      whenDone.accept(this);
      if (!isEncoding) {
        free();
      }
    }
  }

  /**
   * Releases the families and the encoder, which may be in the middle of a block when the client
   * disconnects.
   */
  private void free() {
    if (!isFreed) {
      isFreed = true;
      if (encoder != null) {
        encoder.close();
        encoder = null;
      }
      families.release();
    }
  }
}
