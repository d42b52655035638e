package io.katamonitor.shim;

import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ShimClient.ConnectFailure;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;

/**
 * Receives the events of a {@link ShimConnection}, on the event loop, never from within a call to
 * it.
 */
public interface ShimListener {
  /** The connection leads to the intended shim: {@link ShimConnection#sendRequest} may follow. */
  void connected();

  /**
   * @param detail one sentence for the log
   */
  void connectFailed(ConnectFailure failure, String detail);

  /**
   * A read starts; {@link #readComplete} follows unless its content is discarded.
   *
   * @param bytes of the response have arrived; more than the content that is handed over
   */
  void readBegan(int bytes);

  /** The head of the final response; interim ones are skipped. */
  void head(HttpResponse head);

  /** Content without framing; the buffer is the connection's and valid during the call. */
  void content(ByteBuf content);

  /** All content of one read, at most {@value ShimConnection#READ_BYTES} bytes, was handed over. */
  void readComplete();

  /** The response is whole. */
  void completed();

  /**
   * The response is rejected. The connection stays open, its input is discarded, and {@link
   * #closed} follows.
   */
  void rejected(FailureReason reason, String detail);

  /** The connection was closed before the end of the response. */
  void closed(String detail);

  /** More of the request's body can be written. */
  void writable();
}
