package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DistributionMatcherTest {
  private final WrittenMember member = new WrittenMember();
  private final DistributionMatcher matcher = new DistributionMatcher(member.stream);

  /** Fields of buckets: a count, which varies, and a bound. Returns the tokens that they took. */
  private int write(char count, String... bounds) {
    var fields = new StringBuilder();
    var offsets = new LineOffsets();
    offsets.reset(1);
    for (var bound : bounds) {
      fields.append(count);
      offsets.addBound(fields.length());
      fields.append(bound);
    }
    byte[] bytes = fields.toString().getBytes(US_ASCII);
    return member.append(
        bytes, () -> matcher.write(bytes, 0, bytes.length, member.position(), offsets));
  }

  @Test
  void equalBoundsAreMatchesAndCountsLiterals() {
    write('1', "bound-01", "bound-02", "bound-03");
    assertThat(write('2', "bound-01", "bound-02", "bound-03")).isEqualTo(6);
    member.assertReadable();
  }

  @Test
  void histogramWithOtherBoundsOrOver4KibIsNotMatched() {
    write('1', "bound-01", "bound-02");
    assertThat(write('2', "bound-01")).as("another number of bounds").isEqualTo(3);
    assertThat(write('3', "BOUND-02")).as("another bound").isEqualTo(3);
    write('4', "x".repeat(5000));
    assertThat(write('5', "x".repeat(12))).isEqualTo(5);
    matcher.clear();
    assertThat(write('6', "x".repeat(12))).as("cleared").isEqualTo(5);
    member.assertReadable();
  }
}
