package io.katamonitor.aggregate;

/** Takes bytes away; copies what it keeps. */
@FunctionalInterface
public interface ByteConsumer {
  void accept(byte[] bytes, int from, int length);
}
