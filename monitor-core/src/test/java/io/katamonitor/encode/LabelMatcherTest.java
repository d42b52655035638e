package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.merge.LabelBytes;
import org.junit.jupiter.api.Test;

class LabelMatcherTest {
  private final WrittenMember member = new WrittenMember();
  private final LabelMatcher matcher = new LabelMatcher(3, member.stream);

  /** Labels of two pieces: each a name and a value. */
  private static LabelBytes labels(String first, String second) {
    return new LabelBytes(
        (first + second).getBytes(US_ASCII),
        new int[] {first.length(), first.length() + second.length()});
  }

  /** Appends labels to the member; returns the number of tokens they took. */
  private int write(int body, LabelBytes labels) {
    byte[] bytes = labels.bytes();
    return member.append(bytes, () -> matcher.write(body, labels, member.position(), bytes, 0));
  }

  @Test
  void labelsOfTheSameBodyAreOneMatch() {
    var a = labels("pod=\"a\"", ",id=\"12345\"");
    assertThat(write(0, a)).isEqualTo((a.length() + 2) / 3);
    write(1, labels("pod=\"bcd\"", ",id=\"99\""));
    assertThat(write(0, a)).isEqualTo(1);
    member.assertReadable();
  }

  @Test
  void labelsOfAnotherBodyMatchNamesAndEqualStarts() {
    write(0, labels("pod=\"web-1\"", ",id=\"abc\""));
    assertThat(write(1, labels("pod=\"web-27\"", ",id=\"abd\"")))
        .as("a match and a token of literals for each of two pieces")
        .isEqualTo(4);
    member.assertReadable();
  }

  @Test
  void clearedOrTooDistantLabelsAreNotMatched() {
    var a = labels("pod=\"a\"", ",id=\"12345\"");
    int literals = write(0, a);
    matcher.clear();
    matcher.record(1, labels("", ""), member.position());
    assertThat(write(0, a)).isEqualTo(literals);

    byte[] gap = new byte[DeflateTables.MAX_DISTANCE];
    member.append(gap, () -> member.stream.literals(gap, 0, gap.length));
    assertThat(write(0, a)).as("two pieces, as literals").isEqualTo(3 + 4);
    member.assertReadable();
  }

  @Test
  void emptyLabelsWriteNothing() {
    assertThat(write(0, labels("", ""))).isZero();
    member.assertReadable();
  }
}
