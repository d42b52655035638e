package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SamplePart;
import io.katamonitor.template.FamilyTemplate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MessageTemplateTest {
  private static final String BUCKETS =
      """
      # TYPE kata_h histogram
      kata_h_bucket{a="1",le="1"} 1
      kata_h_bucket{a="1",le="+Inf"} 1
      kata_h_sum{a="1"} 1
      kata_h_count{a="1"} 1
      """;

  private final MergedNode node = new MergedNode();

  private FamilyTemplate template(String body) {
    var decoded = requireNonNull(node.decode(body.getBytes(US_ASCII)));
    return decoded.template(0);
  }

  private @Nullable MessageTemplate messages(FamilyTemplate template) {
    return MessageTemplate.of(template, node.encoderBuffers());
  }

  private MessageTemplate messages(String body) {
    var messages = requireNonNull(messages(template(body)));
    return messages;
  }

  /** The worked example of the class's documentation. */
  @Test
  void encodesTheWorkedExample() {
    var pattern = messages("# TYPE kata_x gauge\nkata_x{item=\"a\"} 5\n").pattern();

    assertThat(pattern.lines()).isEqualTo(1);
    int insert = pattern.insertOffsets()[0];
    assertThat(Arrays.copyOf(pattern.bytes(), insert))
        .isEqualTo("\n\11\n\4item\22\1a".getBytes(ISO_8859_1));
    assertThat(Arrays.copyOfRange(pattern.bytes(), insert, pattern.ends()[0]))
        .isEqualTo(new byte[] {0x12, 0x09, 0x09});
  }

  @Test
  void isMadeOnceAndCharged() {
    var template = template("kata_x 5\n");
    var made = requireNonNull(messages(template));

    assertThat(made).isSameAs(messages(template)).isSameAs(template.derived());
    assertThat(made.heapBytes()).isEqualTo(120 + made.pattern().heapBytes());
  }

  @Test
  void samplesOfAHistogramWithTheSameLabelsAreOneMessage() {
    var messages = messages(BUCKETS + BUCKETS.substring(24).replace("a=\"1\"", "a=\"2\""));

    assertThat(messages.isUsable()).isTrue();
    assertThat(messages.pattern().lines()).isEqualTo(2);
    assertThat(messages.messageOfLine(3)).isZero();
    assertThat(messages.messageOfLine(4)).isEqualTo(1);
    var message = new DistributionMessage();
    message.clear(FamilyType.HISTOGRAM, DistributionMessage.NO_TIMESTAMP);
    for (int line = 0; line < 4; line++) {
      messages.add(line, 7, message);
    }
    assertThat(message.isExact()).isTrue();
  }

  @Test
  void isNotUsableIfMessagesAreInterleavedOrASampleFitsNone() {
    assertThat(messages(BUCKETS).isUsable()).isTrue();
    assertThat(messages(BUCKETS + "kata_h 1\n").isUsable()).isFalse();
    assertThat(messages(BUCKETS + "kata_h_count{le=\"1\"} 1\n").isUsable()).isFalse();
    assertThat(messages(BUCKETS + "kata_h_bucket 1\n").isUsable()).isFalse();
    assertThat(messages(BUCKETS + "kata_h_sum 1\nkata_h_sum{a=\"1\"} 1\n").isUsable()).isFalse();
  }

  @Test
  void returnsWhichSamplesFit() {
    assertThat(MessageTemplate.fits(FamilyType.SUMMARY, SamplePart.PLAIN, true)).isTrue();
    assertThat(MessageTemplate.fits(FamilyType.SUMMARY, SamplePart.PLAIN, false)).isFalse();
    assertThat(MessageTemplate.fits(FamilyType.HISTOGRAM, SamplePart.PLAIN, true)).isFalse();
    assertThat(MessageTemplate.fits(FamilyType.HISTOGRAM, SamplePart.BUCKET, true)).isTrue();
    assertThat(MessageTemplate.fits(FamilyType.HISTOGRAM, SamplePart.SUM, true)).isFalse();
    assertThat(MessageTemplate.fits(FamilyType.SUMMARY, SamplePart.COUNT, false)).isTrue();
  }

  /** Lengths of messages around 128 bytes, whose own length takes one byte or two. */
  @Test
  void measuresMessagesAsTheyAreWritten() {
    var text = new StringBuilder("# TYPE kata_g gauge\n");
    for (int i = 0; i < 150; i++) {
      text.append("kata_g{a=\"").append("x".repeat(i)).append("\"} 1\n");
    }
    var messages = messages(text.toString());
    byte[] values = "1\n".repeat(150).getBytes(US_ASCII);
    var labels = MergedNode.labels(0).protobuf();
    for (int count : new int[] {0, 1, 2, 60, 149, 150}) {
      var block = new Block();
      MessageSplicer.splice(messages.pattern(), 0, count, labels, values, block, new LineOffsets());
      assertThat(messages.length(count, labels.length())).isEqualTo(block.length());
    }
  }
}
