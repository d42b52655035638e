package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Tokens of all kinds are written in {@link GzipTest}. */
class BitWriterTest {
  private final BitWriter writer = new BitWriter();
  private final BitWriter.PendingBits stream = new BitWriter.PendingBits();

  private byte[] written() {
    return Arrays.copyOf(writer.bytes(), writer.length());
  }

  @Test
  void firstBitIsTheLowest() {
    writer.begin(stream);
    writer.write(1, 1);
    writer.write(0b10, 2);
    writer.write(0b11111, 5);
    writer.write(0x123456789ABCDL, 52);
    writer.alignToByte();

    assertThat(written()).containsExactly(0xFD, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01);
  }

  @Test
  void bitsWithoutAWholeByteStartTheNextBlock() {
    writer.begin(stream);
    writer.write(0b101, 3);
    writer.end(stream);
    assertThat(written()).isEmpty();

    writer.begin(stream);
    writer.write(0b11111, 5);
    writer.end(stream);
    assertThat(written()).containsExactly(0xFD);
  }

  @Test
  void literalsAndAMatchOfATokenEach() {
    int[] tokens = {
      2 << BitWriter.COUNT_SHIFT | 'b' << 8 | 'a',
      BitWriter.MATCH | 2 << BitWriter.DISTANCE_CODE_SHIFT | 1 << BitWriter.LENGTH_SHIFT | 5
    };
    int[] literals = new int[257];
    literals['a'] = 0b01 << 8 | 2;
    literals['b'] = 0b11 << 8 | 2;
    long[] lengths = {0, 0b110 << 8 | 3};
    // The code 10, and two extra bits: the lowest ones of the distance 5.
    long[] distances = {0, 0, 0b10L << 32 | 2 << 24 | 0b11 << 8 | 2};
    writer.begin(stream);
    writer.writeTokens(tokens, 2, literals, lengths, distances);
    writer.alignToByte();

    assertThat(written()).containsExactly(0b0110_1101, 0b011);
  }
}
