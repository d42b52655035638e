package io.katamonitor.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.exposition.MalformedExpositionException;
import io.katamonitor.memory.MemoryExhaustedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyDecoderTest {
  private static final String BODY =
      "# HELP kata_a A.\n# TYPE kata_a gauge\nkata_a{i=\"0\"} 5\nkata_a{i=\"1\"} 6\nkata_b 7 170\n";

  private final LearningNode node = new LearningNode();

  @Test
  void comparesTheLinesOfKnownSeriesAndParsesOnlyOthers() throws Exception {
    assertThat(node.parsedLines(BODY)).isEqualTo(3);
    // Samples without a TYPE line are looked up by their series, which are parsed.
    assertThat(node.parsedLines(BODY.replace(" 5\n", " 1e3\n"))).isEqualTo(1);
    assertThat(node.parsedLines(BODY.replace("i=\"1\"", "i=\"2\""))).isEqualTo(2);
  }

  @Test
  void keepsValuesAndTimestampsAsWritten() throws Exception {
    var body = node.decode(BODY.replace(" 5\n", " +5.0\n"));

    assertThat(LearningNode.values(body, 0)).isEqualTo("+5.0\n6\n");
    assertThat(LearningNode.values(body, 1)).isEqualTo("7 170\n");
    assertThat(body.hasTimestamps(0)).isFalse();
    assertThat(body.hasTimestamps(1)).isTrue();
    assertThat(body.counts().bytes()).isEqualTo(BODY.length() + 3);
    assertThat(body.counts().samples()).isEqualTo(3);
  }

  @Test
  void continuesALineThatIsSplitAnywhere() throws Exception {
    for (int cut = 0; cut <= BODY.length(); cut++) {
      var decoder = node.decoder();
      LearningNode.feed(decoder, BODY.substring(0, cut));
      LearningNode.feed(decoder, BODY.substring(cut));
      var body = decoder.finish();
      assertThat(LearningNode.values(body, 0)).isEqualTo("5\n6\n");
      assertThat(LearningNode.values(body, 1)).isEqualTo("7 170\n");
      body.release();
    }
    assertThat(node.store.bytesInUse()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "# HELP a x;# HELP a y | a second HELP line",
        "# TYPE a gauge;# TYPE a gauge | a second TYPE line",
        "a 1;# TYPE a gauge | a TYPE line after samples",
        "# TYPE a histogram;a_bucket{le=\"x\"} 1 | a bucket or quantile that is not a number",
        "# TYPE a summary;a{quantile=\"x\"} 1 | a bucket or quantile that is not a number",
        "a x | a value that is not a number"
      })
  void rejectsABodyWithTheRuleThatItBreaks(String lines, String rule) {
    assertThatThrownBy(() -> node.decode(lines.replace(';', '\n') + "\n"))
        .isInstanceOf(MalformedExpositionException.class)
        .hasMessage(rule);
    assertThat(node.bodies.usedBytes()).isZero();
    assertThat(node.store.bytesInUse()).isZero();
  }

  @Test
  void rejectsABodyWithoutALineFeedAtItsEnd() {
    assertThatThrownBy(() -> node.decode("kata_a 1\nkata_b 1"))
        .hasMessage("the last line has no line feed");
  }

  @Test
  void acceptsAsManySamplesAsAreAllowed() throws Exception {
    for (int samples : new int[] {3, 4}) {
      var decoder = new BodyDecoder(node.cache, node.store, node.buffers, node.hints, 3);
      var text = LearningNode.gauge("kata_a", samples, 1);
      if (samples == 3) {
        LearningNode.feed(decoder, text);
        decoder.finish().release();
      } else {
        assertThatThrownBy(
                () -> {
                  LearningNode.feed(decoder, text);
                  decoder.finish();
                })
            .isInstanceOf(TooManySamplesException.class);
        decoder.discard();
      }
    }
  }

  @Test
  void countsDroppedSamplesAmongThoseThatAreAllowed() {
    var decoder = new BodyDecoder(node.cache, node.store, node.buffers, node.hints, 3);

    assertThatThrownBy(
            () -> {
              LearningNode.feed(decoder, ("kata_a{b=\"" + "x".repeat(1025) + "\"} 1\n").repeat(4));
              decoder.finish();
            })
        .isInstanceOf(TooManySamplesException.class);
    decoder.discard();
  }

  @Test
  void dropsAndCountsSamplesAndFamilies() throws Exception {
    var body =
        node.decode(
            "kata_a{b=\""
                + "x".repeat(1025)
                + "\"} 1\nkata_a 2\n"
                + "a".repeat(201)
                + " 1\nnode_load 1\nkata_monitor 2\nkata_denied 3\nnode_load{a=\"b\"} 1\n");

    assertThat(body.segments()).isEqualTo(1);
    assertThat(LearningNode.values(body, 0)).isEqualTo("2\n");
    assertThat(body.counts().droppedSamples())
        .containsOnly(
            java.util.Map.entry(SampleDropReason.LABEL_VALUE, 1),
            java.util.Map.entry(SampleDropReason.NAME, 1));
    assertThat(body.counts().droppedFamilies())
        .containsOnly(
            java.util.Map.entry(DropReason.FOREIGN, 1),
            java.util.Map.entry(DropReason.RESERVED, 1),
            java.util.Map.entry(DropReason.DENYLIST, 1));
  }

  @Test
  void lineHasSixMebibytesAtMost() throws Exception {
    var piece = "x".repeat(1 << 20);
    var decoder = node.decoder();
    LearningNode.feed(decoder, "# ");
    for (int i = 0; i < 5; i++) {
      LearningNode.feed(decoder, piece);
    }
    assertThatThrownBy(() -> LearningNode.feed(decoder, piece))
        .isInstanceOf(MemoryExhaustedException.class)
        .hasMessage("a line has more than 6291456 bytes");
    decoder.discard();
    assertThat(node.store.bytesInUse()).isZero();
  }

  @Test
  void mayBeDiscardedAtAnyTimeAndTwice() throws Exception {
    var decoder = node.decoder();
    LearningNode.feed(decoder, BODY.substring(0, 50));
    assertThat(decoder.bytesHeld()).isPositive();
    decoder.discard();
    decoder.discard();

    assertThat(node.store.bytesInUse()).isZero();
    assertThat(node.bodies.usedBytes()).isZero();
  }
}
