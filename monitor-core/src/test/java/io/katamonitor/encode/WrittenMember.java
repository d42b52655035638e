package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;

/** A gzip member of one block, with the text that it must represent. */
final class WrittenMember {
  /** Position of the first byte: from there, position 0 is out of reach. */
  private static final int START = DeflateTables.MAX_DISTANCE + 1;

  private final ByteArrayOutputStream gzip = new ByteArrayOutputStream();
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final DeflateBlock block = new DeflateBlock();
  final GzipStream stream = new GzipStream(block, gzip::write);

  WrittenMember() {
    stream.beginBlock();
  }

  /** Position of the next byte. */
  int position() {
    return START + text.size();
  }

  /** Appends to the text what a task writes; returns the number of tokens it took. */
  int append(byte[] bytes, Runnable task) {
    int before = block.room();
    task.run();
    text.writeBytes(bytes);
    return before - block.room();
  }

  void assertReadable() {
    stream.update(text.toByteArray(), 0, text.size());
    stream.endBlock(true);
    assertThat(MergedNode.inflated(gzip.toByteArray())).isEqualTo(text.toByteArray());
  }
}
