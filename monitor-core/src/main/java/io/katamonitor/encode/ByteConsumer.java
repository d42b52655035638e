package io.katamonitor.encode;

/** Takes bytes of a response; copies what it keeps. */
@FunctionalInterface
public interface ByteConsumer {
  void accept(byte[] bytes, int from, int length);
}
