package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.merge.LabelBytes;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class LabelMatcherTest {
  /** From there, position 0 is out of reach. */
  private static final int START = DeflateTables.MAX_DISTANCE + 1;

  private final ByteArrayOutputStream gzip = new ByteArrayOutputStream();
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final DeflateBlock block = new DeflateBlock();
  private final GzipStream stream = new GzipStream(block, gzip::write);
  private final LabelMatcher matcher = new LabelMatcher(3, stream);

  /** Labels of two pieces: each a name and a value. */
  private static LabelBytes labels(String first, String second) {
    return new LabelBytes(
        (first + second).getBytes(US_ASCII),
        new int[] {first.length(), first.length() + second.length()});
  }

  /** Writes labels behind the text; returns how many tokens they took. */
  private int write(int body, LabelBytes labels) {
    int before = block.room();
    matcher.write(body, labels, START + text.size(), labels.bytes(), 0);
    text.writeBytes(labels.bytes());
    return before - block.room();
  }

  private void assertReadable() {
    stream.update(text.toByteArray(), 0, text.size());
    stream.endBlock(true);
    assertThat(MergedNode.inflated(gzip.toByteArray())).isEqualTo(text.toByteArray());
  }

  @Test
  void labelsOfTheSameBodyAreOneMatch() {
    stream.beginBlock();
    var a = labels("pod=\"a\"", ",id=\"12345\"");
    assertThat(write(0, a)).isEqualTo((a.length() + 2) / 3);
    write(1, labels("pod=\"bcd\"", ",id=\"99\""));
    assertThat(write(0, a)).isEqualTo(1);
    assertReadable();
  }

  @Test
  void labelsOfAnotherBodyMatchNamesAndEqualStarts() {
    stream.beginBlock();
    write(0, labels("pod=\"web-1\"", ",id=\"abc\""));
    assertThat(write(1, labels("pod=\"web-27\"", ",id=\"abd\"")))
        .as("a match and a token of literals for each of two pieces")
        .isEqualTo(4);
    assertReadable();
  }

  @Test
  void whatIsClearedOrMoreThan32KibibytesBackIsNotMatched() {
    stream.beginBlock();
    var a = labels("pod=\"a\"", ",id=\"12345\"");
    int literals = write(0, a);
    matcher.clear();
    matcher.record(1, labels("", ""), START + text.size());
    assertThat(write(0, a)).isEqualTo(literals);

    byte[] gap = new byte[DeflateTables.MAX_DISTANCE];
    stream.literals(gap, 0, gap.length);
    text.writeBytes(gap);
    assertThat(write(0, a)).as("two pieces, as literals").isEqualTo(3 + 4);
    assertReadable();
  }

  @Test
  void noLabelsTakeNothing() {
    stream.beginBlock();
    assertThat(write(0, labels("", ""))).isZero();
    assertReadable();
  }
}
