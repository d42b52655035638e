package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The decoder and the merge against {@link ReferenceNode}, byte for byte, on random bodies in
 * random pieces, with any templates learned from earlier bodies.
 */
class DecoderAndMergeTest {
  private static final int ROUNDS = Integer.getInteger("rounds", 300);

  @Test
  void outputEqualsTheReferenceForAllBodiesAndTemplates() {
    long first = Long.getLong("seed", System.nanoTime());
    for (long seed = first; seed < first + ROUNDS; seed++) {
      var random = new SplittableRandom(seed);
      var scrapes = new ArrayList<List<byte[]>>();
      for (int i = 0; i < 3; i++) {
        scrapes.add(bodies(random));
      }
      if (difference(scrapes, seed) != null) {
        throw new AssertionError("seed " + seed + ": " + smallest(scrapes, seed));
      }
    }
  }

  private static List<byte[]> bodies(SplittableRandom random) {
    var bodies = new ArrayList<byte[]>();
    boolean areConflicting = random.nextInt(3) == 0;
    var name = RandomBody.conflictingName(random);
    int count = random.nextInt(1, areConflicting ? 8 : 5);
    for (int i = 0; i < count; i++) {
      byte[] body =
          i > 0 && random.nextInt(3) > 0
              ? bodies.get(random.nextInt(bodies.size()))
              : areConflicting ? RandomBody.conflicting(name, random) : RandomBody.next(random);
      bodies.add(random.nextInt(3) == 0 ? BodyMutation.mutate(body, random) : body);
    }
    return bodies;
  }

  /** The first error when one node responds to these scrapes; null if there is none. */
  private static @Nullable String difference(List<List<byte[]>> scrapes, long seed) {
    var random = new SplittableRandom(seed);
    var node = new MergedNode();
    for (var bodies : scrapes) {
      var labels = IntStream.range(0, bodies.size()).mapToObj(MergedNode::labelText).toList();
      var expected = ReferenceNode.text(labels, bodies);
      try {
        var response = new String(node.scrape(bodies, random), ISO_8859_1);
        if (!response.equals(expected)) {
          return "\nresponse:\n" + response + "\nexpected:\n" + expected;
        }
      } catch (RuntimeException | AssertionError e) {
        return e + "\n" + List.of(e.getStackTrace()).subList(0, 3);
      }
    }
    return null;
  }

  /** Removes bodies and lines as long as the error remains; returns a description of the rest. */
  private static String smallest(List<List<byte[]>> scrapes, long seed) {
    var text = new ArrayList<List<List<String>>>();
    for (var bodies : scrapes) {
      text.add(new ArrayList<>(bodies.stream().map(DecoderAndMergeTest::lines).toList()));
    }
    boolean smaller = true;
    while (smaller) {
      smaller = removedOne(text, text, seed);
      for (int i = 0; i < text.size() && !smaller; i++) {
        smaller = removedOne(text.get(i), text, seed);
        for (int j = 0; j < text.get(i).size() && !smaller; j++) {
          smaller = removedOne(text.get(i).get(j), text, seed);
        }
      }
    }
    return String.join(
            "\n====\n",
            text.stream()
                .map(
                    bodies -> String.join("\n--\n", bodies.stream().map(Object::toString).toList()))
                .toList())
        + difference(bytes(text), seed);
  }

  private static <T> boolean removedOne(List<T> from, List<List<List<String>>> all, long seed) {
    for (int i = 0; i < from.size(); i++) {
      var removed = from.remove(i);
      if (difference(bytes(all), seed) != null) {
        return true;
      }
      from.add(i, removed);
    }
    return false;
  }

  private static List<String> lines(byte[] body) {
    return new ArrayList<>(List.of(new String(body, ISO_8859_1).split("(?<=\n)")));
  }

  private static List<List<byte[]>> bytes(List<List<List<String>>> text) {
    return text.stream()
        .map(bodies ->
            bodies.stream().map(lines -> String.join("", lines).getBytes(ISO_8859_1)).toList())
        .toList();
  }
}
