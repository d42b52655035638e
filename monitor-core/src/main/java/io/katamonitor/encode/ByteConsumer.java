package io.katamonitor.encode;

/** Takes bytes of a response, which are valid during the call only. */
@FunctionalInterface
public interface ByteConsumer {
  void accept(byte[] bytes, int from, int length);
}
