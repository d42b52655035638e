package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.merge.LabelBytes;
import io.katamonitor.merge.MergedFamilies;
import io.katamonitor.template.DecodedBody;
import io.katamonitor.template.LinePattern;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GzipOutputTest {
  private final MergedNode node = new MergedNode();

  private MergedFamilies merge(List<String> bodies) {
    var decoded = new ArrayList<@Nullable DecodedBody>();
    for (var body : bodies) {
      decoded.add(node.decode(body.getBytes(US_ASCII)));
    }
    return node.merge(decoded);
  }

  private static String gauges(int lines, String label) {
    var text = new StringBuilder("# TYPE kata_g gauge\n");
    for (int i = 0; i < lines; i++) {
      text.append("kata_g{").append(label).append("i=\"").append(i * 7919).append("\"} 12\n");
    }
    return text.toString();
  }

  @Test
  void emptyResponseIsAnEmptyMember() {
    var families = merge(List.of());
    byte[] gzip = node.encode(families, false, true);
    families.release();

    assertThat(MergedNode.inflated(gzip)).isEmpty();
    assertThat(gzip).hasSize(31);
  }

  @Test
  void linesOfOtherBodiesAndFamiliesAreMatches() {
    var one = merge(List.of(gauges(300, "")));
    int oneLength = node.encode(one, false, true).length;
    one.release();
    var bodies = new ArrayList<String>();
    for (int i = 0; i < 50; i++) {
      bodies.add(gauges(300, ""));
    }
    var families = merge(bodies);
    byte[] text = node.encode(families, false, false);
    byte[] gzip = node.encode(families, false, true);
    families.release();

    assertThat(MergedNode.inflated(gzip)).isEqualTo(text);
    // If a line is more than 32 KiB away, the previous line is matched.
    assertThat(gzip.length).isLessThan(text.length / 10).isLessThan(50 * oneLength);
  }

  /**
   * The length of a histogram's message depends on its values: the bytes before the labels of the
   * same message in the body before may differ.
   */
  @Test
  void leadOfAMessageIsMatchedOnlyIfEqual() {
    for (var counts : List.of("127 128 5 5", "16383 16384 1 200", "5 5 5 5", "9999999 1 1 9")) {
      var bodies = new ArrayList<String>();
      for (var count : counts.split(" ", -1)) {
        bodies.add(
            """
            # TYPE kata_h histogram
            kata_h_bucket{a="b",le="+Inf"} COUNT
            kata_h_sum{a="b"} 1
            kata_h_count{a="b"} COUNT
            """
                .replace("COUNT", count));
      }
      var families = merge(bodies);
      byte[] protobuf = node.encode(families, true, false);
      byte[] gzip = node.encode(families, true, true);
      families.release();

      assertThat(MergedNode.inflated(gzip)).as(counts).isEqualTo(protobuf);
    }
  }

  @Test
  void restartedPositionsLoseNoByte() {
    var bodies = new ArrayList<String>();
    for (int i = 0; i < 8; i++) {
      bodies.add(gauges(500, i % 2 == 0 ? "a=\"" + "x".repeat(900) + "\"," : ""));
      bodies.add("# TYPE kata_f gauge\nkata_f{a=\"" + "y".repeat(1000) + "\"} 1\nkata_f 2\n");
    }
    var families = merge(bodies);
    byte[] text = node.encode(families, false, false);
    for (int restart = 33_000; restart < 34_000; restart += 100) {
      var out = new ByteArrayOutputStream();
      var output = new GzipOutput(families.bodies(), node.encoderBuffers(), out::write, restart);
      var shortBlocks = new ShortBlocks(output);
      var encoder = new TextEncoder(families, node.encoderBuffers(), shortBlocks);
      while (encoder.encodeNextBlock()) {}
      assertThat(MergedNode.inflated(out.toByteArray()).length).isEqualTo(text.length);
      assertThat(MergedNode.inflated(out.toByteArray())).isEqualTo(text);
    }
    families.release();
  }

  /** Ends a block after each piece, so that positions restart within patterns. */
  private static final class ShortBlocks implements BlockOutput {
    private final BlockOutput output;
    private boolean hasPiece;

    ShortBlocks(BlockOutput output) {
      this.output = output;
    }

    @Override
    public void beginBlock() {
      hasPiece = false;
      output.beginBlock();
    }

    @Override
    public void endPiece() {
      hasPiece = true;
      output.endPiece();
    }

    @Override
    public void endLabels(int body, LabelBytes labels) {
      output.endLabels(body, labels);
    }

    @Override
    public void endLines(
        LinePattern pattern, int from, int to, int body, LabelBytes labels, LineOffsets offsets) {
      hasPiece = true;
      output.endLines(pattern, from, to, body, labels, offsets);
    }

    @Override
    public boolean usesOffsets() {
      return output.usesOffsets();
    }

    @Override
    public boolean isFull() {
      return hasPiece;
    }

    @Override
    public void endBlock(boolean isLast) {
      output.endBlock(isLast);
    }
  }

  @Test
  void blockEndsAfter2MebibytesEvenWithFewTokens() {
    var bodies = new ArrayList<String>();
    var wide = new StringBuilder();
    for (int i = 0; i < 23; i++) {
      wide.append("l").append(i).append("=\"").append("x".repeat(1000)).append("\",");
    }
    for (int i = 0; i < 600; i++) {
      bodies.add("# TYPE kata_g gauge\nkata_g{" + wide + "i=\"1\"} 1\n");
    }
    var families = merge(bodies);
    var out = new ByteArrayOutputStream();
    var encoder =
        ResponseEncoder.of(
            new ResponseFormat(false, true, null), families, node.encoderBuffers(), out::write);
    int blocks = 1;
    while (encoder.encodeNextBlock()) {
      blocks++;
    }
    byte[] text = MergedNode.inflated(out.toByteArray());
    families.release();

    assertThat(text).hasSizeGreaterThan(600 * 23_000);
    assertThat(out.size()).as("all of it is a few tokens").isLessThan(300_000);
    assertThat(blocks)
        .isGreaterThanOrEqualTo(text.length / (GzipOutput.MAX_BLOCK_TEXT + 64 * 1024));
  }
}
