package io.katamonitor.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.SamplePart;
import org.junit.jupiter.api.Test;

class SegmentNodesTest {
  private final SegmentNodes nodes = new SegmentNodes(3);

  @Test
  void firstNodesAreTheSegments() {
    assertThat(nodes.next(0)).isEqualTo(-1);
    nodes.link(0, 2);

    assertThat(nodes.next(0)).isEqualTo(2);
    assertThat(nodes.segment(2)).isEqualTo(2);
    assertThat(nodes.isAdded(2)).isFalse();
    assertThat(nodes.has(2, SamplePart.SUM)).isTrue();
  }

  @Test
  void furtherNodesAreForSomeSamplesOfASegment() {
    int node = nodes.add(1, 1 << SamplePart.SUM.code() | 1 << SamplePart.PLAIN.code());

    assertThat(node).isEqualTo(3);
    assertThat(nodes.isAdded(node)).isTrue();
    assertThat(nodes.segment(node)).isEqualTo(1);
    assertThat(nodes.next(node)).isEqualTo(-1);
    assertThat(nodes.has(node, SamplePart.SUM)).isTrue();
    assertThat(nodes.has(node, SamplePart.PLAIN)).isTrue();
    assertThat(nodes.has(node, SamplePart.COUNT)).isFalse();
    assertThat(nodes.has(node, SamplePart.BUCKET)).isFalse();
  }

  @Test
  void manyNodesMayBeAdded() {
    for (int i = 0; i < 1000; i++) {
      int node = nodes.add(i % 3, 1);
      nodes.link(node, i);
      assertThat(nodes.segment(node)).isEqualTo(i % 3);
    }
    assertThat(nodes.next(3)).isZero();
    assertThat(nodes.next(1002)).isEqualTo(999);
  }

  @Test
  void nodesAreInTheOrderOfTheirSegments() {
    int added = nodes.add(1, 1);

    assertThat(nodes.compare(added, 2)).isNegative();
    assertThat(nodes.compare(added, 0)).isPositive();
    assertThat(nodes.compare(added, 1)).isPositive();
  }
}
