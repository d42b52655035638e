package io.katamonitor.encode;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An input is a program that writes a gzip member. Without {@code bin/fuzz} some random ones are
 * run.
 */
class GzipFuzzTest {
  private static final int MAX_TEXT = 1 << 18;

  static Stream<byte[]> programs() {
    return LongStream.range(0, 100)
        .mapToObj(seed -> {
          var random = new SplittableRandom(seed);
          byte[] program = new byte[random.nextInt(1, 1000)];
          random.nextBytes(program);
          return program;
        });
  }

  @MethodSource("programs")
  @FuzzTest
  void gzip(byte[] program) {
    var text = new TokenText(new DeflateBlock());
    var input = ByteBuffer.wrap(program);
    while (input.hasRemaining() && text.length() < MAX_TEXT) {
      step(input, text);
    }
    GzipTest.assertReadable(text, "program");
  }

  private static void step(ByteBuffer input, TokenText text) {
    switch (next(input) % 7) {
      case 0 -> text.literal(next(input));
      case 1 -> {
        byte[] literals = new byte[Math.min(next(input), input.remaining())];
        input.get(literals);
        text.literals(literals);
      }
      case 2 -> matches(input, text, 1);
      case 3 -> matches(input, text, next(input) & 63);
      case 4 -> {
        for (int i = next(input) & 15; i > 0; i--) {
          text.endBlock();
        }
      }
      case 5 -> {
        var random = new SplittableRandom(next(input));
        byte[] noise = new byte[next(input) << 4];
        random.nextBytes(noise);
        text.literals(noise);
      }
      default -> {
        // Some bytes ever rarer than others: long codes.
        int first = next(input);
        for (int i = 0; i < 11; i++) {
          for (int times = 1 << i; times > 0; times--) {
            text.literal(first + i);
          }
        }
      }
    }
  }

  private static void matches(ByteBuffer input, TokenText text, int times) {
    int length = 3 + (next(input) | next(input) << 8) % 1100;
    int distance = 1 + (next(input) | next(input) << 8) % DeflateTables.MAX_DISTANCE;
    if (text.length() > 0) {
      for (int i = times; i > 0 && text.length() < MAX_TEXT; i--) {
        text.match(length, Math.min(distance, text.length()));
      }
    }
  }

  /** The program's next byte; 0 after its end. */
  private static int next(ByteBuffer input) {
    return input.hasRemaining() ? input.get() & 0xFF : 0;
  }
}
