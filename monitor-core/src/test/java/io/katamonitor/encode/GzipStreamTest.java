package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class GzipStreamTest {
  @Test
  void anEmptyMemberIsHeaderBlocksAndTrailer() {
    var out = new ByteArrayOutputStream();
    var block = new DeflateBlock();
    var stream = new GzipStream();
    out.writeBytes(GzipStream.header());
    stream.begin(block);
    stream.end(block, true);
    out.write(block.output(), 0, block.outputLength());
    out.writeBytes(stream.trailer());

    assertThat(out.toByteArray()).startsWith(0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 4, 0xFF);
    assertThat(out.toByteArray()).endsWith(0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(MergedNode.inflated(out.toByteArray())).isEmpty();
  }

  @Test
  void theTrailerIsTheChecksumAndTheSize() {
    var stream = new GzipStream();
    stream.update("x123456789x".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 1, 9);

    // The check value of CRC-32: CBF43926.
    assertThat(stream.trailer()).containsExactly(0x26, 0x39, 0xF4, 0xCB, 9, 0, 0, 0);
  }
}
