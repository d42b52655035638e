package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

/** The framing; whole members of all tokens are in {@link GzipTest}. */
class GzipStreamTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final DeflateBlock block = new DeflateBlock();
  private final GzipStream stream = new GzipStream(block, out::write);

  @Test
  void emptyMemberIsHeaderBlocksAndTrailer() {
    stream.beginBlock();
    stream.endBlock(true);

    assertThat(out.toByteArray()).startsWith(0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 4, 0xFF);
    assertThat(out.toByteArray()).endsWith(0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(MergedNode.inflated(out.toByteArray())).isEmpty();
  }

  @Test
  void trailerIsTheChecksumAndTheSize() {
    stream.update("x123456789x".getBytes(US_ASCII), 1, 9);
    stream.beginBlock();
    stream.literals("123456789".getBytes(US_ASCII), 0, 9);
    stream.endBlock(true);

    // The check value of CRC-32: CBF43926.
    assertThat(out.toByteArray()).endsWith(0x26, 0x39, 0xF4, 0xCB, 9, 0, 0, 0);
    assertThat(MergedNode.inflated(out.toByteArray())).asString(US_ASCII).isEqualTo("123456789");
  }

  @Test
  void fullBlockIsHandedOutAndTheNextStarted() {
    stream.beginBlock();
    out.reset();
    byte[] literals = new byte[128 * 1024];
    stream.literals(literals, 0, literals.length);

    assertThat(stream.isFull()).as("what is in the second block").isFalse();
    assertThat(out.size()).isPositive();
  }
}
