package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.template.DecodedBody;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TextEncoderTest {
  private final MergedNode node = new MergedNode();

  private String text(String... bodies) {
    var decoded = new ArrayList<@Nullable DecodedBody>();
    for (var body : bodies) {
      decoded.add(node.decode(body.getBytes(ISO_8859_1)));
    }
    var text = new String(node.respond(decoded), ISO_8859_1);
    for (int i = 0; i < bodies.length; i++) {
      text = text.replace(MergedNode.labelText(i), "L" + i);
    }
    return text;
  }

  @Test
  void writesHelpAndTypeOnceForEachFamily() {
    assertThat(
            text(
                "# HELP kata_a All \\\\ of\\nit.\n#  TYPE kata_a GAUGE\nkata_a 1\n",
                "# HELP kata_a Other.\n# TYPE kata_a gauge\nkata_a{b=\"c\"} +2.0 170\nkata_b 3\n"))
        .isEqualTo(
            """
            # HELP kata_a All \\\\ of\\nit.
            # TYPE kata_a gauge
            kata_a{L0} 1
            kata_a{b="c",L1} +2.0 170
            # TYPE kata_b untyped
            kata_b{L1} 3
            """);
  }

  @Test
  void writesSamplesOfAnotherTypeWithBoundsThatCanBeRead() {
    var histogram =
        "# TYPE kata_h histogram\nkata_h_bucket{le=\"+Inf\"} 1\nkata_h_sum 1\nkata_h_count 1\n";

    assertThat(text(histogram, "kata_h_bucket{le=\"x\",a=\"b\"} 7\n", histogram))
        .contains("kata_h_bucket{a=\"b\",L1,exported_le=\"x\"} 7\n");
  }

  @Test
  void writesALongFamilyInBlocks() {
    var body = new StringBuilder();
    for (int i = 0; i < 4000; i++) {
      body.append("kata_x{i=\"").append(i).append("\"} ").append(i).append('\n');
    }
    var families = node.merge(List.of(decode(body.toString()), decode(body.toString())));
    var blocks = new ArrayList<Integer>();
    var encoder =
        ResponseEncoder.of(
            new ResponseFormat(false, false, null),
            families,
            node.encoderBuffers(),
            (bytes, from, length) -> blocks.add(length));
    while (encoder.encodeNextBlock()) {}
    families.release();

    assertThat(blocks).hasSizeGreaterThan(4);
    assertThat(blocks).allMatch(length -> length < 160 * 1024);
  }

  private DecodedBody decode(String body) {
    var decoded = requireNonNull(node.decode(body.getBytes(ISO_8859_1)));
    return decoded;
  }
}
