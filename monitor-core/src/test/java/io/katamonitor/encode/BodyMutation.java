package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.random.RandomGenerator;

/** Damages bodies at random, mostly with text that has a meaning in the format. */
final class BodyMutation {
  /** Text that a mutation may insert. */
  private static final List<String> TOKENS =
      List.of(
          "\n",
          "\n\n",
          " ",
          "\t",
          "#",
          "# HELP kata_a ",
          "# TYPE kata_a ",
          "# TYPE kata_b histogram\n",
          "{",
          "}",
          "\"",
          "\\",
          ",",
          "=",
          "le=\"",
          "kata_a",
          "_count",
          "_bucket",
          "_sum",
          "NaN",
          "1e999",
          "-",
          "0x1",
          "1_0",
          "\u00ff",
          "\u00c3",
          "\u00ed\u00a0\u0080",
          "\u0000",
          "\r\n",
          "__name__=\"x\"",
          " 1 1",
          " 1 -1",
          "kata_a 1\n",
          "sandbox_id=\"x\",",
          "kata_monitor_x 1\n",
          "\u00ef\u00bb\u00bf");

  private BodyMutation() {}

  /** The same body with some bytes, lines or words changed, put in, taken out or moved. */
  static byte[] mutate(byte[] body, RandomGenerator random) {
    byte[] mutated = body;
    for (int times = 1 + random.nextInt(3); times > 0; times--) {
      mutated = mutateOnce(mutated, random);
    }
    return mutated;
  }

  private static byte[] mutateOnce(byte[] body, RandomGenerator random) {
    int at = random.nextInt(body.length + 1);
    int length = Math.min(body.length - at, random.nextInt(1 << random.nextInt(8)));
    return switch (random.nextInt(7)) {
      case 0 -> join(body, 0, at, token(random), body, at, body.length);
      case 1 -> join(body, 0, at, token(random), body, at + length, body.length);
      case 2 -> join(body, 0, at, new byte[0], body, at + length, body.length);
      case 3 -> join(body, 0, at, new byte[] {(byte) random.nextInt()}, body, at, body.length);
      case 4 -> join(body, 0, at, new byte[0], body, at, at);
      case 5 -> {
        // Moves or duplicates a line.
        int from = lineStart(body, at);
        int to = lineEnd(body, from);
        int target = lineStart(body, random.nextInt(body.length + 1));
        byte[] line = join(body, from, to, new byte[0], body, 0, 0);
        byte[] rest =
            random.nextBoolean() || target > from
                ? body
                : join(body, 0, from, new byte[0], body, to, body.length);
        yield join(rest, 0, target, line, rest, target, rest.length);
      }
      default -> {
        byte[] flipped = body.clone();
        if (at < body.length) {
          flipped[at] ^= (byte) (1 << random.nextInt(8));
        }
        yield flipped;
      }
    };
  }

  private static int lineStart(byte[] body, int at) {
    int i = at;
    while (i > 0 && body[i - 1] != '\n') {
      i--;
    }
    return i;
  }

  private static int lineEnd(byte[] body, int from) {
    int i = from;
    while (i < body.length && body[i++] != '\n') {}
    return i;
  }

  private static byte[] join(
      byte[] a, int fromA, int toA, byte[] middle, byte[] b, int fromB, int toB) {
    var all = new ByteArrayOutputStream();
    all.write(a, fromA, toA - fromA);
    all.writeBytes(middle);
    all.write(b, fromB, toB - fromB);
    return all.toByteArray();
  }

  private static byte[] token(RandomGenerator random) {
    return Vocabulary.oneOf(TOKENS, random).getBytes(ISO_8859_1);
  }
}
