package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

/** One block; whole members of all lengths, distances and codes are in {@link GzipTest}. */
class DeflateBlockTest {
  private final DeflateBlock block = new DeflateBlock();
  private final DeflateBlock.PendingBits stream = new DeflateBlock.PendingBits();

  private byte[] end() {
    block.end(stream, true);
    return Arrays.copyOf(block.output(), block.outputLength());
  }

  private static String inflated(byte[] deflate) throws Exception {
    var inflater = new Inflater(true);
    inflater.setInput(deflate);
    byte[] text = new byte[100_000];
    int length = inflater.inflate(text);
    assertThat(inflater.finished()).isTrue();
    inflater.end();
    return new String(text, 0, length, US_ASCII);
  }

  @Test
  void writesLiteralsAndMatches() throws Exception {
    block.begin(stream);
    block.literals("xabcx".getBytes(US_ASCII), 1, 3);
    block.literal((byte) 'd');
    block.match(6, 4);

    assertThat(inflated(end())).isEqualTo("abcdabcdab");
  }

  @Test
  void splitsAMatchThatIsLongerThanDeflateAllows() throws Exception {
    for (int length : new int[] {257, 258, 259, 260, 261, 516, 517, 518, 519, 65_536}) {
      block.begin(stream);
      stream.bits = 0;
      stream.count = 0;
      block.begin(stream);
      block.literal((byte) 'a');
      int before = block.room();
      block.match(length, 1);
      assertThat(before - block.room()).isEqualTo((length + 257) / 258);

      assertThat(inflated(end())).isEqualTo("a".repeat(length + 1));
    }
  }

  @Test
  void isFullAfterFortyEightKibitokensAndHasRoomForMore() {
    block.begin(stream);
    byte[] literals = new byte[1024];
    for (int i = 0; i < 48; i++) {
      assertThat(block.isFull()).isFalse();
      block.literals(literals, 0, literals.length);
    }
    assertThat(block.isFull()).isTrue();
    assertThat(block.room()).isEqualTo(16 * 1024);
  }

  @Test
  void keepsTheBitsThatMakeNoWholeByte() throws Exception {
    block.begin(stream);
    block.literal((byte) 'a');
    block.end(stream, false);
    byte[] first = Arrays.copyOf(block.output(), block.outputLength());
    assertThat(stream.count).isBetween(0, 7);
    block.begin(stream);
    block.literal((byte) 'b');
    byte[] second = end();
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);

    assertThat(inflated(all)).isEqualTo("ab");
  }
}
