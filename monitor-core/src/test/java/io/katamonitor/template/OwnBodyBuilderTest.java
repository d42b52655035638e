package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnBodyBuilderTest {
  private final LearningNode node = new LearningNode();
  private final FamilyTemplate template =
      FamilyTemplate.own(
          "kata_monitor_x",
          FamilyType.GAUGE,
          "X.",
          List.of(
              "kata_monitor_x{a=\"1\",".getBytes(US_ASCII), "kata_monitor_x{".getBytes(US_ASCII)),
          List.of("} ".getBytes(US_ASCII), "} ".getBytes(US_ASCII)));

  @Test
  void makesABodyOfTypedValues() throws Exception {
    var builder = new OwnBodyBuilder(node.bodies, node.store);
    builder.add(template, "1\n23\nmore".getBytes(US_ASCII), 5);
    builder.add(template, "4\n5\n".getBytes(US_ASCII), 4);
    var body = builder.build();

    assertThat(body.segments()).isEqualTo(2);
    assertThat(body.extent(0)).isEqualTo(2);
    assertThat(LearningNode.values(body, 0)).isEqualTo("1\n23\n");
    assertThat(LearningNode.values(body, 1)).isEqualTo("4\n5\n");
    assertThat(body.counts().samples()).isEqualTo(4);
    body.release();
    assertThat(node.bodies.usedBytes()).isZero();
  }

  @Test
  void releasesItsMemoryWhenItIsDiscarded() throws Exception {
    var builder = new OwnBodyBuilder(node.bodies, node.store);
    builder.add(template, "1\n23\n".getBytes(US_ASCII), 5);
    builder.discard();

    assertThat(node.bodies.usedBytes()).isZero();
    assertThat(node.store.bytesInUse()).isZero();
  }
}
