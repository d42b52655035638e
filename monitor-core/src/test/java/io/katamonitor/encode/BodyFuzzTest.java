package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An input is a body, or several with {@link #BETWEEN} between them; the input also determines the
 * pieces in which they arrive. Without {@code bin/fuzz} only the corpus is run.
 */
class BodyFuzzTest {
  private static final byte BETWEEN = 0x1E;

  /** Otherwise the fuzzer makes all inputs as long as the longest, and is slow. */
  private static final int LONGEST_SEED =
      System.getenv("JAZZER_FUZZ") == null ? Integer.MAX_VALUE : 2048;

  static Stream<Arguments> corpus() {
    return Stream.of("refused", "accepted", "several")
        .flatMap(folder -> HostileBodiesTest.corpus(folder).entrySet().stream())
        .filter(file -> file.getValue().length <= LONGEST_SEED)
        .map(file -> Arguments.of(Named.of(file.getKey(), file.getValue())));
  }

  /** Each twice, as learned templates must make no difference. */
  @MethodSource("corpus")
  @FuzzTest
  void decoder(byte[] input) {
    var random = new SplittableRandom(Arrays.hashCode(input));
    var node = new MergedNode();
    for (int round = 0; round < 2; round++) {
      for (byte[] body : bodies(input)) {
        assertThat(response(node, body, random)).isEqualTo(expected(body));
      }
    }
    node.assertNothingHeld();
  }

  private static String response(MergedNode node, byte[] body, SplittableRandom random) {
    node.templates().beginScrape();
    var decoded = node.decodeInterleaved(List.of(body), random);
    if (decoded.getFirst() == null) {
      return "refused";
    }
    return new String(node.respond(decoded), ISO_8859_1);
  }

  private static String expected(byte[] body) {
    try {
      ReferenceBody.read(body);
      return ReferenceNode.text(List.of(MergedNode.labelText(0)), List.of(body));
    } catch (ReferenceBody.Refused _) {
      return "refused";
    }
  }

  @MethodSource("corpus")
  @FuzzTest
  void merge(byte[] input) {
    var hostile = bodies(input);
    byte[] first = hostile.getFirst();
    byte[] last = hostile.getLast();
    var node = new MergedNode();
    HostileBodiesTest.withValidBodies(node, "one", first);
    HostileBodiesTest.withValidBodies(node, "two", first, last);
    HostileBodiesTest.withValidBodies(node, "two, the other way about", last, first);
  }

  private static List<byte[]> bodies(byte[] input) {
    var bodies = new ArrayList<byte[]>();
    int from = 0;
    for (int at = 0; at <= input.length; at++) {
      if (at == input.length || input[at] == BETWEEN) {
        bodies.add(Arrays.copyOfRange(input, from, at));
        from = at + 1;
      }
    }
    return bodies;
  }
}
