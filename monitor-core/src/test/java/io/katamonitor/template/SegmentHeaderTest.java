package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import org.junit.jupiter.api.Test;

class SegmentHeaderTest {
  private final Family family = new Family("kata_x", LearningNode.NAMES, 0);
  private final SegmentHeader header = new SegmentHeader();

  private void append(String line) {
    header.append(line.getBytes(US_ASCII), 0, line.length());
  }

  @Test
  void keepsTheLinesOfOneFamily() {
    header.startFamily(family);
    append("# HELP kata_x A.\n");
    header.setHelp("x A.".getBytes(US_ASCII), 2, 4);
    header.startFamily(family);
    append("# TYPE kata_x gauge\n");
    header.setTyped();
    header.setType(FamilyType.GAUGE);

    assertThat(new String(header.copyText(), US_ASCII))
        .isEqualTo("# HELP kata_x A.\n# TYPE kata_x gauge\n");
    assertThat(header.help()).isEqualTo("A.".getBytes(US_ASCII));
    assertThat(header.isTyped()).isTrue();
    assertThat(header.isOf(family)).isTrue();

    header.startFamily(new Family("kata_y", LearningNode.NAMES, 1));
    assertThat(header.length()).isZero();
    assertThat(header.help()).isNull();
    assertThat(header.isTyped()).isFalse();
    assertThat(header.type()).isEqualTo(FamilyType.UNTYPED);
  }

  @Test
  void copyIsIndependent() {
    header.startFamily(family);
    append("# HELP kata_x A.\n");
    var copy = new SegmentHeader();
    copy.copy(header);
    header.clear();

    assertThat(header.isEmpty()).isTrue();
    assertThat(new String(copy.copyText(), US_ASCII)).isEqualTo("# HELP kata_x A.\n");
    assertThat(copy.isOf(family)).isTrue();
  }

  @Test
  void hasEightKibibytesAtMost() {
    header.startFamily(family);
    append("x".repeat(SegmentHeader.MAX_BYTES));
    assertThat(header.isTooLong()).isFalse();
    append("y");
    assertThat(header.isTooLong()).isTrue();
    var copy = new SegmentHeader();
    copy.copy(header);
    assertThat(copy.isTooLong()).isTrue();
  }

  @Test
  void helpTextOfMoreIsDropped() {
    byte[] help = "h".repeat(SegmentHeader.MAX_BYTES + 1).getBytes(US_ASCII);
    header.setHelp(help, 1, help.length);
    assertThat(header.help()).hasSize(SegmentHeader.MAX_BYTES);
    header.setHelp(help, 0, help.length);
    assertThat(header.help()).isNull();
  }
}
