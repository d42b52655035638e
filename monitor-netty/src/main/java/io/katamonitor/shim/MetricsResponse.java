package io.katamonitor.shim;

import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ShimClient;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import org.jspecify.annotations.Nullable;

/**
 * Hands a response over to the decoder of a scrape: status 200 only, the content of each read as
 * one piece, copied once into the decoder's array. Confined to the event loop.
 */
final class MetricsResponse implements ShimListener {
  private final ShimClient.Receiver receiver;
  private @Nullable ShimConnection connection;

  private boolean hasBegun;

  /** Bytes of the current read. */
  private int readBytes;

  /** Start of the current read's content in the receiver's array, not handed over yet. */
  private int count;

  /** End of that content. */
  private int end;

  MetricsResponse(ShimClient.Receiver receiver) {
    this.receiver = receiver;
  }

  /** Set before the first event. */
  void from(ShimConnection opened) {
    connection = opened;
  }

  @Override
  public void connected() {
    receiver.connected();
  }

  @Override
  public void connectFailed(ShimClient.ConnectFailure failure, String detail) {
    receiver.connectFailed(failure, detail);
  }

  @Override
  public void readBegan(int bytes) {
    readBytes = bytes;
    if (!hasBegun) {
      hasBegun = true;
      receiver.responseBegan();
    }
  }

  @Override
  public void head(HttpResponse head) {
    int status = head.status().code();
    if (status != 200) {
      reject(FailureReason.STATUS, "status " + status);
    } else if (HttpUtil.getContentLength(head, 0L) > receiver.maxBytes()) {
      reject(
          FailureReason.TOO_LARGE,
          "more than " + receiver.maxBytes() + " bytes (max-shim-response-bytes)");
    }
  }

  private void reject(FailureReason reason, String detail) {
    if (connection != null) {
      connection.reject(reason, detail);
    }
  }

  @Override
  public void content(ByteBuf content) {
    if (count == 0) {
      end = receiver.begin(readBytes);
    }
    int more = content.readableBytes();
    content.readBytes(receiver.text(), end, more);
    end += more;
    count += more;
  }

  @Override
  public void readComplete() {
    int ready = count;
    if (ready > 0) {
      count = 0;
      receiver.advance(end, ready);
    }
  }

  @Override
  public void completed() {
    receiver.completed();
  }

  @Override
  public void rejected(FailureReason reason, String detail) {
    receiver.rejected(reason, detail);
  }

  @Override
  public void closed(String detail) {
    receiver.closed(detail);
  }

  @Override
  public void writable() {
    // A scrape's request has no body.
  }
}
