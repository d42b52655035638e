package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.merge.LabelBytes;
import io.katamonitor.template.LinePattern;
import org.junit.jupiter.api.Test;

class LineSplicerTest {
  private static final LabelBytes LABELS =
      new LabelBytes("s=\"1\"".getBytes(US_ASCII), new int[] {4});

  private final Block block = new Block();
  private final LineOffsets offsets = new LineOffsets();

  private static LinePattern pattern() {
    return new LinePattern(
        "kata_x{item=\"a\",} kata_x{,le=\"1\"} ".getBytes(US_ASCII),
        new int[] {16, 25},
        new int[] {18, 34});
  }

  private String text() {
    return new String(block.bytes(), 0, block.length(), US_ASCII);
  }

  /** The text of the package's worked example. */
  @Test
  void insertsLabelsAndValues() {
    byte[] values = "5\n-6 170\n7\n".getBytes(US_ASCII);

    int next =
        LineSplicer.splice(pattern(), 0, 2, LABELS, values, 0, values.length, block, offsets);

    assertThat(text()).isEqualTo("kata_x{item=\"a\",s=\"1\"} 5\nkata_x{s=\"1\",le=\"1\"} -6 170\n");
    assertThat(next).isEqualTo(9);
    assertThat(offsets.start(0)).isZero();
    assertThat(offsets.prefix(1)).isEqualTo(offsets.start(1)).isEqualTo(25);
    assertThat(offsets.start(2)).isEqualTo(block.length());
  }

  @Test
  void continuesInTheMiddleOfAPattern() {
    block.write("before".getBytes(US_ASCII));
    byte[] values = "5\n6\n".getBytes(US_ASCII);

    int next =
        LineSplicer.splice(pattern(), 1, 2, LABELS, values, 2, values.length, block, offsets);

    assertThat(text()).isEqualTo("beforekata_x{s=\"1\",le=\"1\"} 6\n");
    assertThat(next).isEqualTo(4);
    assertThat(offsets.start(0)).isEqualTo(6);
  }
}
