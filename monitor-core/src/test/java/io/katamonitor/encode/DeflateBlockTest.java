package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

/** One block; whole members of all lengths, distances and codes are in {@link GzipTest}. */
class DeflateBlockTest {
  private final DeflateBlock block = new DeflateBlock();
  private final BitWriter.PendingBits stream = new BitWriter.PendingBits();

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
    block.literal('d');
    block.match(6, 4);

    assertThat(inflated(end())).isEqualTo("abcdabcdab");
  }

  @Test
  void splitsAMatchThatIsLongerThanDeflateAllows() throws Exception {
    for (int length : new int[] {257, 258, 259, 260, 261, 516, 517, 518, 519, 65_536}) {
      block.begin(stream);
      block.literal('a');
      int before = block.room();
      block.match(length, 1);
      assertThat(before - block.room()).isEqualTo((length + 257) / 258);

      assertThat(inflated(end())).isEqualTo("a".repeat(length + 1));
    }
  }

  @Test
  void isFullAfter24KibitokensAndStillAcceptsMore() {
    block.begin(stream);
    byte[] literals = new byte[3 * 1024];
    for (int i = 0; i < 24; i++) {
      assertThat(block.isFull()).isFalse();
      block.literals(literals, 0, literals.length);
    }
    assertThat(block.isFull()).isTrue();
    assertThat(block.room()).isEqualTo(2 * 1024);
  }

  @Test
  void tokenIsOneToThreeLiterals() throws Exception {
    for (int length = 1; length <= 7; length++) {
      block.begin(stream);
      int before = block.room();
      block.literals("abcdefg".getBytes(US_ASCII), 0, length);
      assertThat(before - block.room()).isEqualTo((length + 2) / 3);

      assertThat(inflated(end())).isEqualTo("abcdefg".substring(0, length));
    }
  }

  @Test
  void keepsBitsWithoutAWholeByte() throws Exception {
    block.begin(stream);
    block.literal('a');
    block.end(stream, false);
    byte[] first = Arrays.copyOf(block.output(), block.outputLength());
    block.begin(stream);
    block.literal('b');
    byte[] second = end();
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);

    assertThat(inflated(all)).isEqualTo("ab");
  }
}
