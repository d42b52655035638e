package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.template.DecodedBody;
import io.katamonitor.template.SegmentLines;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DistributionAssemblyTest {
  private final MergedNode node = new MergedNode();
  private final EncoderBuffers buffers = node.encoderBuffers();
  private final SegmentLines lines = new SegmentLines(buffers.lines);
  private final DistributionAssembly assembly = new DistributionAssembly(buffers);
  private final DistributionMessage message = new DistributionMessage();

  private DecodedBody decode(String text) {
    var body = requireNonNull(node.decode(text.getBytes(US_ASCII)));
    return body;
  }

  private void assemble(DecodedBody body, FamilyType type) throws Exception {
    assembly.begin(type);
    for (int segment = 0; segment < body.segments(); segment++) {
      if (body.template(segment).family().name().equals("kata_h")) {
        lines.open(body, segment);
        while (lines.next()) {
          assembly.add(lines, segment);
        }
      }
    }
    assembly.group();
  }

  /** The values of each group in order, and whether the group is one message. */
  private List<String> groups(DecodedBody body) {
    var all = new ArrayList<String>();
    while (assembly.nextGroup(message)) {
      var values = new ArrayList<String>();
      for (int i = 0; i < assembly.groupSize(); i++) {
        assembly.read(i, body, lines);
        values.add(
            new String(
                lines.values(),
                lines.valueStart(),
                lines.valueEnd() - lines.valueStart(),
                US_ASCII));
      }
      boolean isMessage = message.isExact() && assembly.fitsOneMessage();
      all.add((isMessage ? "message " : "samples ") + String.join(",", values));
    }
    return all;
  }

  @Test
  void findsGroupsWhoseSamplesAreInterleaved() throws Exception {
    var body =
        decode(
            """
            # TYPE kata_h histogram
            kata_h_bucket{a="1",le="1"} 1
            kata_h_bucket{a="2",le="1"} 2
            kata_h_bucket{a="1",le="+Inf"} 3
            kata_h_bucket{le="+Inf",a="2"} 4
            kata_h_sum{a="1"} 5
            kata_h_sum{a="2"} 6
            kata_h_count{a="2"} 7
            kata_h_count{a="1"} 8
            """);
    assemble(body, FamilyType.HISTOGRAM);

    assertThat(assembly.size()).isEqualTo(8);
    assertThat(groups(body)).containsExactly("message 1,3,5,8", "message 2,4,6,7");
  }

  @Test
  void findsGroupsInSeveralSegments() throws Exception {
    var body =
        decode(
            """
            # TYPE kata_h summary
            kata_h{quantile="0.5"} 1
            kata_other 2
            kata_h_sum 3
            kata_other{a="b"} 2
            kata_h_count 4
            """);
    assertThat(body.segments()).isEqualTo(5);
    assemble(body, FamilyType.SUMMARY);

    assertThat(groups(body)).containsExactly("message 1,3,4");
  }

  @Test
  void groupWithTwoTimestampsDoesNotFitAMessage() throws Exception {
    var text =
        """
        # TYPE kata_h histogram
        kata_h_bucket{le="+Inf"} 1 170
        kata_h_sum 2 170
        kata_h_count 3 170
        """;
    var body = decode(text);
    assemble(body, FamilyType.HISTOGRAM);
    assertThat(groups(body)).containsExactly("message 1 170,2 170,3 170");

    for (var other : List.of("3 171", "3")) {
      var mixed = decode(text.replace("3 170", other));
      assemble(mixed, FamilyType.HISTOGRAM);
      assertThat(groups(mixed)).containsExactly("samples 1 170,2 170," + other);
    }
  }

  @Test
  void groupWithARepeatedSumOrAForeignSampleDoesNotFitAMessage() throws Exception {
    var text =
        "# TYPE kata_h histogram\nkata_h_bucket{le=\"+Inf\"} 1\nkata_h_sum 2\nkata_h_count 3\n";
    for (var more : List.of("kata_h_sum 4\n", "kata_h 4\n", "kata_h_count{le=\"1\"} 4\n")) {
      var body = decode(text + more);
      assemble(body, FamilyType.HISTOGRAM);
      assertThat(groups(body)).containsExactly("samples 1,2,3,4");
    }
  }

  @Test
  void assemblesFiveThousandSamplesAndReleasesTheirMemory() throws Exception {
    var text = new StringBuilder("# TYPE kata_h histogram\n");
    for (int i = 0; i < 4998; i++) {
      text.append("kata_h_bucket{le=\"").append(i == 4997 ? "+Inf" : i).append("\"} 1\n");
    }
    var body = decode(text + "kata_h_sum 1\nkata_h_count 1\n");
    long before = node.store().bytesInUse();
    assemble(body, FamilyType.HISTOGRAM);

    assertThat(assembly.nextGroup(message)).isTrue();
    assertThat(assembly.groupSize()).isEqualTo(5000);
    assertThat(message.isExact() && assembly.fitsOneMessage()).isTrue();
    assertThat(assembly.nextGroup(message)).isFalse();
    assertThat(node.store().bytesInUse() - before).isBetween(250_000L, 260_000L);
    assembly.clear();
    assertThat(node.store().bytesInUse()).isEqualTo(before);
  }

  @Test
  void findsFiveThousandGroupsOfOneSample() throws Exception {
    var text = new StringBuilder("# TYPE kata_h histogram\n");
    for (int i = 0; i < 5000; i++) {
      text.append("kata_h_sum{a=\"").append(i).append("\"} ").append(i).append('\n');
    }
    var body = decode(text.toString());
    assemble(body, FamilyType.HISTOGRAM);

    var groups = groups(body);
    assertThat(groups).hasSize(5000).startsWith("samples 0").endsWith("samples 4999");
  }
}
