package io.katamonitor.server;

import io.netty.buffer.ByteBuf;

/** Receives a request's body as it arrives; on the event loop. */
public interface BodySink {
  /** A piece of it; owned by the sink. */
  void content(ByteBuf content);

  /** The body is complete. */
  void end();
}
