package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

/**
 * For any literals and matches, with a new or a reused block, {@code java.util.zip} finds the text.
 */
class GzipTest {
  private static final int FAR = DeflateTables.MAX_DISTANCE;

  static void assertReadable(TokenText tokens, String what) {
    byte[] gzip = tokens.end();
    byte[] text = tokens.text();
    assertThat(unzipped(gzip, what)).as(what).isEqualTo(text);
    assertThat(inflated(gzip, text.length, what)).as(what).isEqualTo(text);
  }

  private static byte[] unzipped(byte[] gzip, String what) {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(what, e);
    }
  }

  /** Inflates only the deflate stream, which must end where the trailer begins. */
  private static byte[] inflated(byte[] gzip, int length, String what) {
    var inflater = new Inflater(true);
    try {
      int header = 10;
      inflater.setInput(gzip, header, gzip.length - header);
      byte[] text = new byte[length];
      int at = 0;
      while (at < length) {
        int more = inflater.inflate(text, at, length - at);
        assertThat(more).as(what).isPositive();
        at += more;
      }
      byte[] beyond = new byte[1];
      assertThat(inflater.inflate(beyond)).as(what).isZero();
      assertThat(inflater.finished()).as(what).isTrue();
      assertThat(inflater.getRemaining()).as(what).isEqualTo(8);
      return text;
    } catch (DataFormatException e) {
      throw new AssertionError(what, e);
    } finally {
      inflater.end();
    }
  }

  /** A new block, and one used for 40 members before. */
  static List<DeflateBlock> newAndUsed() {
    var blocks = new ArrayList<DeflateBlock>();
    blocks.add(new DeflateBlock());
    var used = new DeflateBlock();
    for (int i = 0; i < 40; i++) {
      var text = new TokenText(used);
      skewed(text, new SplittableRandom(i), 3000);
      text.end();
    }
    blocks.add(used);
    return blocks;
  }

  /** Tokens of which some are so rare that their codes are as long as codes may be. */
  private static void skewed(TokenText text, SplittableRandom random, int tokens) {
    for (int i = 0; i < tokens; i++) {
      int rarity = Long.numberOfTrailingZeros(random.nextLong() | 1L << 40);
      if (random.nextInt(3) > 0 || text.length() < 3) {
        text.literal(rarity * 7);
      } else {
        int length = 3 + Math.min(255, (1 << Math.min(rarity, 8)) - 1 + random.nextInt(3));
        int distance = 1 + random.nextInt(1 << Math.min(15, 1 + rarity));
        text.match(length, Math.min(distance, text.length()));
      }
    }
  }

  private static TokenText withHistory(DeflateBlock block, int bytes) {
    var text = new TokenText(block);
    var random = new SplittableRandom(7);
    byte[] history = new byte[bytes];
    random.nextBytes(history);
    text.literals(history);
    return text;
  }

  @Test
  void emptyResponse() {
    for (var block : newAndUsed()) {
      for (int i = 0; i < 100; i++) {
        assertReadable(new TokenText(block), "an empty member");
      }
    }
  }

  @Test
  void emptyBlocksBetweenOthers() {
    for (var block : newAndUsed()) {
      var text = new TokenText(block);
      for (int i = 0; i < 100; i++) {
        text.endBlock();
        text.endBlock();
        text.literal(i);
      }
      text.endBlock();
      assertReadable(text, "empty blocks");
    }
  }

  @Test
  void everyLength() {
    for (var block : newAndUsed()) {
      for (int distance : new int[] {1, 2, 3, 4, 257, 258, 259, 32767, FAR}) {
        var text = withHistory(block, FAR);
        for (int length = 3; length <= 1100; length++) {
          text.match(length, distance);
          if (length % 5 == 0) {
            text.literal(length);
          }
        }
        assertReadable(text, "lengths at distance " + distance);
      }
    }
  }

  @Test
  void everyDistance() {
    for (var block : newAndUsed()) {
      for (int length : new int[] {3, 10, 257, 258, 259, 516, 517}) {
        var text = withHistory(block, FAR);
        for (int distance = 1; distance <= FAR; distance += distance < 600 ? 1 : 61) {
          text.match(length, distance);
        }
        for (int edge = 2; edge <= FAR; edge *= 2) {
          for (int distance : new int[] {edge - 1, edge, edge + 1, edge + edge / 2}) {
            text.match(length, Math.min(distance, FAR));
          }
        }
        assertReadable(text, "distances of length " + length);
      }
    }
  }

  @Test
  void everyByteAloneAndRunsOfOne() {
    for (var block : newAndUsed()) {
      for (int value = 0; value < 256; value++) {
        var text = new TokenText(block);
        text.literal(value);
        assertReadable(text, "one byte");
        text = new TokenText(block);
        text.literal(value);
        text.match(1 + 2 * value + 3, 1);
        assertReadable(text, "a run of one byte");
      }
    }
  }

  @Test
  void matchAsLongAsTheLongestLabels() {
    for (var block : newAndUsed()) {
      var text = withHistory(block, 100);
      text.match(64 * 1024, 100);
      text.match(64 * 1024 + 1, 99);
      assertReadable(text, "long matches");
    }
  }

  @Test
  void consecutiveLongestCodes() {
    // Fibonacci's numbers as counts make the longest codes there are.
    for (int rarest = 0; rarest < 30; rarest++) {
      var block = new DeflateBlock();
      var text = withHistory(block, FAR);
      for (int i = 0; i < 13; i++) {
        fibonacci(text, rarest);
        text.endBlock();
      }
      for (int i = 0; i < 2000; i++) {
        text.match(3 + (i * 31 + rarest) % 256, 1 + (i * 7919) % FAR);
        for (int j = 0; j < i % 4; j++) {
          text.literal(i + j);
        }
        if (i % 50 == 0) {
          text.endBlock();
        }
      }
      assertReadable(text, "longest codes, " + rarest);
    }
  }

  private static void fibonacci(TokenText text, int seed) {
    int a = 1;
    int b = 1;
    for (int symbol = 0; symbol < 20; symbol++) {
      for (int i = 0; i < a; i++) {
        text.literal('a' + (symbol + seed) % 40);
        if (i < a / 4 && symbol < 18) {
          text.match(3 + symbol * 12, Math.max(1, FAR >> symbol));
        }
      }
      int next = a + b;
      a = b;
      b = next;
    }
  }

  @Test
  void randomTokens() {
    long first = Long.getLong("seed", System.nanoTime());
    var block = new DeflateBlock();
    for (long seed = first; seed < first + 400; seed++) {
      var random = new SplittableRandom(seed);
      var text = new TokenText(block);
      int parts = random.nextInt(6);
      for (int i = 0; i < parts; i++) {
        randomTokens(text, random);
      }
      assertReadable(text, "seed " + seed);
    }
  }

  @Test
  void textOfMoreThan4GigabytesHasItsSizeModulo2To32() {
    var gzip = new ByteArrayOutputStream();
    var stream = new GzipStream(new DeflateBlock(), gzip::write);
    byte[] mega = new byte[1 << 20];
    for (int i = 0; i < 4097; i++) {
      stream.update(mega, 0, mega.length);
    }
    stream.beginBlock();
    stream.endBlock(true);
    assertThat(gzip.toByteArray()).endsWith(0, 0, 0x10, 0);
  }

  static void randomTokens(TokenText text, SplittableRandom random) {
    switch (random.nextInt(6)) {
      case 0 -> skewed(text, random, random.nextInt(20_000));
      case 1 -> {
        byte[] noise = new byte[random.nextInt(70_000)];
        random.nextBytes(noise);
        text.literals(noise);
      }
      case 2 -> {
        int symbols = 1 + random.nextInt(300);
        for (int i = random.nextInt(3000); i > 0; i--) {
          text.literal(random.nextInt(symbols));
        }
      }
      case 3 -> {
        for (int i = text.length() < 3 ? 0 : random.nextInt(3000); i > 0; i--) {
          int most = Math.min(text.length(), FAR);
          text.match(3 + random.nextInt(300), 1 + random.nextInt(most));
        }
      }
      case 4 -> {
        for (int i = random.nextInt(20); i > 0; i--) {
          text.endBlock();
        }
      }
      default -> {
        text.literals("kata_a{item=\"x\"} 1\n".getBytes(StandardCharsets.US_ASCII));
        for (int i = random.nextInt(5000); i > 0; i--) {
          text.match(17, 19);
          text.literal('0' + random.nextInt(10));
          text.literal('\n');
        }
      }
    }
  }
}
