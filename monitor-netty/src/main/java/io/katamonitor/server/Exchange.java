package io.katamonitor.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response. Confined to {@link #eventLoop()}. It ends by {@link #respond},
 * {@link #end} or {@link #abort}, or when the client disconnects; after that every call but {@link
 * #write}, which still releases its buffer, does nothing.
 *
 * <p>The server takes care of HEAD (no content is sent), keep-alive, pipelining order, {@code
 * Content-Length} and chunking (none of it for HTTP/1.0, whose streamed responses end with the
 * connection).
 */
public interface Exchange {
  /** Called at the end. */
  interface End {
    /**
     * The exchange has ended.
     *
     * @param failed whether the response is an error of the server's, or was cut off by it
     */
    void ended(boolean failed);
  }

  Request request();

  /** The client's address; null where it is not known. */
  @Nullable SocketAddress remoteAddress();

  EventLoop eventLoop();

  ByteBufAllocator allocator();

  /**
   * Requests the body: a POST's is not read before this call, every other is empty. One that is
   * malformed or too long ends the exchange as a client's leaving does. A body that is not whole at
   * the end costs the client its connection.
   */
  void readBody(BodySink sink);

  /** Reads no more of the body. A piece that was already read may still arrive. */
  void pauseBody();

  void resumeBody();

  /** Sends a whole response: head and content at once. */
  void respond(Response response);

  /**
   * Starts a streamed response; content follows by {@link #write}. A status of 204 or 304 has none.
   *
   * @param headers without framing headers
   */
  void begin(HttpResponseStatus status, HttpHeaders headers);

  /** Writes content; takes ownership of it in any case. Flushes. */
  void write(ByteBuf content);

  /**
   * Writes content that many exchanges share: its memory is charged elsewhere, and not copied.
   *
   * @param whenWritten called once, when it has been written or never will be
   */
  void writeShared(ByteBuf content, Runnable whenWritten);

  /** Whether more content may be written now without growing the write queue past its bound. */
  boolean isWritable();

  /**
   * Called whenever the exchange becomes writable again, until it ends, but never within {@link
   * #write}: the writer checks {@link #isWritable} afterwards. One at most; null removes it.
   */
  void onWritable(@Nullable Runnable callback);

  /**
   * Called once when the client disconnects before the end, or its body is rejected; not after the
   * end. One at most; null removes it.
   */
  void onClientGone(@Nullable Runnable callback);

  /**
   * Called once at the end, whatever it is, before the client can know of it. All callbacks are
   * called, in their order.
   */
  void onEnd(End callback);

  /** Ends a streamed response. */
  void end();

  /** Closes the connection: the response cannot be completed and the client must see that. */
  void abort();
}
