package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.exposition.MalformedExpositionException;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.template.DecodedBody;
import io.katamonitor.template.TooManySamplesException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Bodies that arrive in any pieces or are cut anywhere give the same response, and nothing is
 * leaked.
 */
class ArrivalTest {
  /** Bodies small enough to be split everywhere. */
  private static final Map<String, byte[]> BODIES = smallBodies();

  private static Map<String, byte[]> smallBodies() {
    var bodies = HostileBodiesTest.corpus("accepted");
    bodies.values().removeIf(body -> body.length > 600);
    return bodies;
  }

  private static String respond(MergedNode node, @Nullable DecodedBody body) {
    return new String(node.respond(Collections.singletonList(body)), ISO_8859_1);
  }

  private static String expected(byte[] body) {
    return ReferenceNode.text(List.of(MergedNode.labelText(0)), List.of(body));
  }

  @Test
  void everySplitPositionGivesTheSameResult() {
    assertResultAtSplits(7);
  }

  @Tag("system")
  @Test
  void everySplitPositionGivesTheSameResultWithoutTemplates() {
    assertResultAtSplits(1);
  }

  /** A node without templates is created for each {@code freshStep}th position. */
  private static void assertResultAtSplits(int freshStep) {
    BODIES.forEach((name, body) -> {
      var learned = new MergedNode();
      var expected = expected(body);
      for (int cut = 0; cut <= body.length; cut++) {
        assertThat(respond(learned, learned.decode(body, cut)))
            .as("%s in two pieces, learned, cut at %d", name, cut)
            .isEqualTo(expected);
        if (cut % freshStep == 0) {
          var fresh = new MergedNode();
          assertThat(respond(fresh, fresh.decode(body, cut)))
              .as("%s in two pieces, cut at %d", name, cut)
              .isEqualTo(expected);
        }
      }
    });
  }

  @Test
  void everyTwoSplitPositionsGiveTheSameResult() {
    assertResultAtTwoSplits(32);
  }

  @Tag("system")
  @Test
  void everyTwoSplitPositionsOfLongerBodiesGiveTheSameResult() {
    assertResultAtTwoSplits(64);
  }

  private static void assertResultAtTwoSplits(int bytes) {
    BODIES.forEach((name, body) -> {
      if (body.length < bytes) {
        var node = new MergedNode();
        var expected = expected(body);
        for (int first = 0; first <= body.length; first++) {
          for (int second = first; second <= body.length; second++) {
            assertThat(respond(node, node.decode(body, first, second)))
                .as("%s cut at %d and %d", name, first, second)
                .isEqualTo(expected);
          }
        }
      }
    });
  }

  @Test
  void bytewiseInputGivesTheSameResult() {
    BODIES.forEach((name, body) -> {
      int[] cuts = new int[body.length];
      for (int i = 0; i < cuts.length; i++) {
        cuts[i] = i;
      }
      var node = new MergedNode();
      for (int scrape = 0; scrape < 2; scrape++) {
        assertThat(respond(node, node.decode(body, cuts))).as(name).isEqualTo(expected(body));
      }
    });
  }

  @Test
  void everyTruncationIsAcceptedOrRejectedLikeTheReference() {
    BODIES.forEach((name, body) -> {
      var learned = new MergedNode();
      respond(learned, learned.decode(body));
      for (int length = 0; length < body.length; length++) {
        byte[] part = Arrays.copyOf(body, length);
        assertThat(respond(learned, learned.decode(part)))
            .as(name + " of " + length + " bytes")
            .isEqualTo(expected(part));
      }
    });
  }

  @Test
  void discardedBodyLeaksNothing() {
    BODIES.forEach((name, body) -> {
      var node = new MergedNode();
      for (int round = 0; round < 2; round++) {
        for (int length = 0; length <= body.length; length++) {
          var decoder = node.decoder();
          try {
            MergedNode.feed(decoder, body, 0, length / 2);
            MergedNode.feed(decoder, body, length / 2, length);
          } catch (MalformedExpositionException
              | MemoryExhaustedException
              | TooManySamplesException e) {
            throw new AssertionError(name, e);
          }
          decoder.discard();
          decoder.discard();
          assertThat(node.store().bytesInUse()).as(name).isZero();
        }
        node.assertNothingHeld();
        respond(node, node.decode(body));
      }
      node.assertNothingHeld();
    });
  }

  @Test
  void randomBodiesLeakNoReferences() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    var node = new MergedNode();
    for (int round = 0; round < 200; round++) {
      var bodies = new ArrayList<byte[]>();
      for (int i = random.nextInt(5); i >= 0; i--) {
        byte[] body = RandomBody.next(random);
        bodies.add(random.nextBoolean() ? BodyMutation.mutate(body, random) : body);
      }
      node.scrape(bodies, random);
      if (round % 20 == 0) {
        node.assertNothingHeld();
      }
    }
    node.assertNothingHeld();
  }

  @Test
  void dropsASampleWithALabelOfFiveMegabytes() {
    byte[] body = ("kata_a{b=\"" + "x".repeat(5 << 20) + "\"} 1\nkata_c 2\n").getBytes(ISO_8859_1);
    var node = new MergedNode();
    var pieces = new SplittableRandom(1);
    for (int scrape = 0; scrape < 2; scrape++) {
      var text = new String(node.scrape(List.of(body), pieces), ISO_8859_1);
      assertThat(text).isEqualTo(expected(body)).contains("kata_c").doesNotContain("kata_a");
    }
  }

  @Test
  void keepsLinesWithoutTemplatesWhole() {
    var text = new StringBuilder();
    for (int i = 0; i < 4_900; i++) {
      text.append("kata_a{n=\"").append(i).append("\",sandbox_id=\"x\",le=\"").append(i);
      text.append("\"} ").append(i).append(" 1700000000000\n");
    }
    byte[] body = text.toString().getBytes(ISO_8859_1);
    var node = new MergedNode();
    for (int scrape = 0; scrape < 2; scrape++) {
      var response = new String(node.scrape(List.of(body), new SplittableRandom(1)), ISO_8859_1);
      assertThat(response.equals(expected(body))).isTrue();
    }
  }

  @Test
  void acceptsAsManySamplesInHalfAsManyFamiliesAndRejectsMore() {
    for (int samples : new int[] {5_000, 5_001}) {
      var text = new StringBuilder();
      for (int i = 0; i < samples; i++) {
        text.append("kata_").append(i / 2).append("{a=\"").append(i % 2).append("\"} 1\n");
      }
      byte[] body = text.toString().getBytes(ISO_8859_1);
      byte[] well = "kata_a 1\n".getBytes(ISO_8859_1);
      var node = new MergedNode();
      for (int scrape = 0; scrape < 2; scrape++) {
        assertThat(respond(node, node.decode(well))).isEqualTo(expected(well));
        var decoded = node.decode(body, body.length / 2);
        assertThat(decoded != null).isEqualTo(samples == 5_000);
        if (decoded != null) {
          assertThat(respond(node, decoded).equals(expected(body))).isTrue();
        }
      }
      node.assertNothingHeld();
    }
  }

  @Test
  void tooSmallStoreRejectsTheBodyAndReleasesItsPages() {
    byte[] body = ("kata_a " + "1".repeat(60) + "\n").repeat(4_900).getBytes(ISO_8859_1);
    var node = new MergedNode(64 * 1024);
    var decoder = node.decoder();
    assertThatThrownBy(
            () -> {
              for (int at = 0; at < body.length; at += 6_800) {
                MergedNode.feed(decoder, body, at, at + 6_800);
              }
            })
        .isInstanceOf(MemoryExhaustedException.class);
    decoder.discard();
    assertThat(node.store().bytesInUse()).isZero();
    node.assertNothingHeld();
  }
}
