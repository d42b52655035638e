package io.katamonitor.response;

import io.katamonitor.aggregate.ByteConsumer;
import io.katamonitor.aggregate.Exposition;
import io.katamonitor.log.Log;
import io.katamonitor.server.Exchange;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.BooleanSupplier;

/**
 * Sends an exposition to one client; releases it at the end, whatever that is. Confined to the
 * event loop.
 */
public final class ExpositionSender {
  private static final Log LOG = Log.of(ExpositionSender.class);

  private final Exchange exchange;
  private final Exposition exposition;
  private final Runnable whenDone;
  private final ReaderFactory factory;
  private boolean done;

  /** Makes the reader of the format the client asked for. */
  @FunctionalInterface
  public interface ReaderFactory {
    /** A reader whose each call hands a block to {@code out}; false when it was the last. */
    BooleanSupplier reader(Exposition exposition, ByteConsumer out);
  }

  /**
   * @param exposition owned by the sender
   * @param whenDone called once, at the end
   */
  public ExpositionSender(
      Exchange exchange, Exposition exposition, ReaderFactory factory, Runnable whenDone) {
    this.exchange = exchange;
    this.exposition = exposition;
    this.factory = factory;
    this.whenDone = whenDone;
  }

  /** Sends the head, and then the blocks as the client takes them. */
  public void start(HttpHeaders headers) {
    if (exchange.request().isHead()) {
      exchange.begin(HttpResponseStatus.OK, headers);
      exchange.end();
      done();
      return;
    }
    exchange.onClientGone(this::done);
    exchange.begin(HttpResponseStatus.OK, headers);
    var reader = factory.reader(exposition, this::write);
    exchange.onWritable(() -> send(reader));
    send(reader);
  }

  private void write(byte[] bytes, int from, int length) {
    if (length > 0) {
      exchange.write(exchange.allocator().directBuffer(length).writeBytes(bytes, from, length));
    }
  }

  private void send(BooleanSupplier reader) {
    try {
      boolean more = true;
      while (more && !done && exchange.isWritable()) {
        more = reader.getAsBoolean();
      }
      if (!more && !done) {
        exchange.onWritable(null);
        exchange.end();
        done();
      }
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      // Of memory outside the heap: a heap that is full ends the process. After the first byte an
      // error may only close the connection: a clean end would pass for a
      // whole answer.
      LOG.error("an answer could not be completed", "error", e);
      abort();
    }
  }

  /** Gives up: the client sees its connection closed. */
  public void abort() {
    if (!done) {
      exchange.abort();
      done();
    }
  }

  private void done() {
    if (!done) {
      done = true;
      exposition.release();
      whenDone.run();
    }
  }
}
