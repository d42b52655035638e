package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinePatternTest {
  private static LinePattern pattern(String... prefixesAndSuffixes) {
    int lines = prefixesAndSuffixes.length / 2;
    int[] inserts = new int[lines];
    int[] ends = new int[lines];
    var all = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      inserts[i] = all.append(prefixesAndSuffixes[2 * i]).length();
      ends[i] = all.append(prefixesAndSuffixes[2 * i + 1]).length();
    }
    return new LinePattern(all.toString().getBytes(US_ASCII), inserts, ends);
  }

  @Test
  void returnsTheLengthOfThePrefixSharedWithTheLineBefore() {
    var pattern = pattern("x{a=\"1\",", "} ", "x{a=\"12\",", "} ", "x{", "} ", "x{a", "} ");

    assertThat(pattern.runEnds()).containsExactly(0, 2, 2, 2);
    assertThat(pattern.runs()).containsExactly(new short[] {0, 6});
    assertThat(pattern.start(0)).isZero();
    assertThat(pattern.start(2)).isEqualTo(pattern.ends()[1]);
    assertThat(pattern.lines()).isEqualTo(4);
  }

  @Test
  void findsACloseEarlierLineWithTheSameSuffix() {
    var pattern = pattern("a{", "} ", "a{", ",le=\"1\"} ", "b{", "} ", "b{", ",le=\"1\"} ");

    assertThat(pattern.linesBack()).containsExactly(0, 0, 2, 2);
  }

  @Test
  void findsTheLineWhosePrefixEndsMostAlike() {
    var pattern =
        pattern(
            "x{d=\"a\",i=\"reads\",", "} ",
            "x{d=\"a\",i=\"writes\",", "} ",
            "x{d=\"b\",i=\"reads\",", "} ",
            "x{d=\"b\",i=\"writes\",", "} ");

    assertThat(pattern.runs()).containsExactly(new short[] {0, 11, 0, 5, 0, 11});
    assertThat(pattern.linesBack()).containsExactly(0, 1, 2, 2);
    assertThat(pattern.commonTailLengths())
        .containsExactly(
            new short[] {
              0,
              (short) "s',".length(),
              (short) "',i='reads',".length(),
              (short) "writes',".length()
            });
  }

  @Test
  void findsWhatStandsAtTheSamePlaceInTheLineBefore() {
    var pattern = pattern("1item2nr_active", "} ", "3item4nr_anon", "} ", "5itemsnr_anon", "} ");

    assertThat(pattern.runEnds()).containsExactly(0, 4, 6);
    assertThat(pattern.runs()).containsExactly(new short[] {1, 4, 6, 4, 1, 4});
    assertThat(pattern.commonTailLengths()).containsExactly(new short[] {0, 0, 7});
  }

  @Test
  void comparesWithThirtyTwoLinesBefore() {
    for (int between : new int[] {31, 32}) {
      var lines = new String[2 * (between + 2)];
      for (int i = 0; i < lines.length / 2; i++) {
        lines[2 * i] = "a{";
        lines[2 * i + 1] = ",le=\"" + (i == lines.length / 2 - 1 ? 0 : i) + "\"} ";
      }
      assertThat(pattern(lines).linesBack()[between + 1])
          .isEqualTo((byte) (between == 31 ? 32 : 0));
    }
  }

  @Test
  void emptyPatternHasNoLines() {
    assertThat(pattern().lines()).isZero();
    assertThat(pattern("a", "b").heapBytes()).isEqualTo(144 + 2 + 15);
  }
}
