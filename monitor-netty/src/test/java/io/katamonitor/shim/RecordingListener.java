package io.katamonitor.shim;

import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ShimClient.ConnectFailure;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Records the events of a connection. */
class RecordingListener implements ShimListener {
  final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  final ByteArrayOutputStream body = new ByteArrayOutputStream();

  /** Called with the connection. */
  Runnable whenConnected = () -> {};

  @Override
  public void connected() {
    events.add("connected");
    whenConnected.run();
  }

  @Override
  public void connectFailed(ConnectFailure failure, String detail) {
    events.add(failure + ": " + detail);
  }

  @Override
  public void readBegan(int bytes) {}

  @Override
  public void head(HttpResponse head) {
    events.add(Integer.toString(head.status().code()));
  }

  @Override
  public void content(ByteBuf content) {
    byte[] bytes = new byte[content.readableBytes()];
    content.readBytes(bytes);
    body.writeBytes(bytes);
  }

  @Override
  public void readComplete() {}

  @Override
  public void completed() {
    events.add("completed");
  }

  @Override
  public void rejected(FailureReason reason, String detail) {
    events.add("rejected " + reason.label());
  }

  @Override
  public void closed(String detail) {
    events.add("closed");
  }

  @Override
  public void writable() {
    events.add("writable");
  }
}
