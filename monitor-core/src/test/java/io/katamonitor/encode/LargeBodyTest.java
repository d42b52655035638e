package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies too large for a file; {@link HostileNodesTest} gives the same responses to promtool. */
class LargeBodyTest {
  @ParameterizedTest
  @EnumSource
  void largeBodyDoesNotAffectOtherSandboxes(LargeBody large) {
    var hostile = List.of(large.bytes());
    var bodies = HostileBodiesTest.withValidBodies(hostile);
    var text =
        new String(
            new MergedNode().scrape(bodies, new SplittableRandom(1)), StandardCharsets.ISO_8859_1);
    var labels = HostileBodiesTest.labels(3);
    var expected =
        large.isTaken() ? bodies : HostileBodiesTest.withValidBodies(List.of(new byte[0]));

    assertThat(text.equals(ReferenceNode.text(labels, expected))).isTrue();
  }
}
