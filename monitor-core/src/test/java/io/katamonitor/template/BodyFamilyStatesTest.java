package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import org.junit.jupiter.api.Test;

class BodyFamilyStatesTest {
  private final LearningNode node = new LearningNode();
  private final BodyBuilder body = new BodyBuilder(node.cache.current(), node.bodies, node.store);
  private final LearningQuota quota = node.cache.newQuota(node.hints);
  private final BodyFamilyStates states = new BodyFamilyStates(quota, node.cache.current(), body);

  private Family resolve(String name) throws Exception {
    return states.resolve(name.getBytes(US_ASCII), 0, name.length());
  }

  private Family seen(String name, FamilyType type) throws Exception {
    var family = resolve(name);
    states.markSeen(family);
    states.recordType(family, type);
    return family;
  }

  @Test
  void nameBelongsToTheHistogramOfWhichItIsAPart() throws Exception {
    var histogram = seen("kata_x", FamilyType.HISTOGRAM);

    assertThat(resolve("kata_x_bucket")).isSameAs(histogram);
    assertThat(resolve("kata_x_count")).isSameAs(histogram);
    assertThat(resolve("kata_x_total")).isNotSameAs(histogram);
  }

  @Test
  void nameThatTheBodyHasDeclaredIsItsOwnFamily() throws Exception {
    var count = seen("kata_x_count", FamilyType.GAUGE);
    seen("kata_x", FamilyType.HISTOGRAM);

    assertThat(resolve("kata_x_count")).isSameAs(count);
  }

  @Test
  void gaugeHasNoParts() throws Exception {
    var gauge = seen("kata_x", FamilyType.GAUGE);
    var summary = seen("kata_y", FamilyType.SUMMARY);

    assertThat(resolve("kata_x_count")).isNotSameAs(gauge);
    assertThat(resolve("kata_y_bucket")).isNotSameAs(summary);
    assertThat(resolve("kata_y_sum")).isSameAs(summary);
  }

  @Test
  void recordsTheDeclarationsOfABody() throws Exception {
    var family = resolve("kata_x");
    assertThat(states.isSeen(family)).isFalse();
    assertThat(states.typeOf(family)).isEqualTo(FamilyType.UNTYPED);

    states.markSeen(family);
    states.record(family, BodyFamilyStates.HELP);
    states.recordType(family, FamilyType.SUMMARY);

    assertThat(states.isSeen(family)).isTrue();
    assertThat(states.has(family, BodyFamilyStates.HELP)).isTrue();
    assertThat(states.has(family, BodyFamilyStates.TYPE)).isTrue();
    assertThat(states.has(family, BodyFamilyStates.SAMPLES)).isFalse();
    assertThat(states.typeOf(family)).isEqualTo(FamilyType.SUMMARY);
  }

  @Test
  void familyIsAmbiguousOnceTheBodyHasNamedARelatedOne() throws Exception {
    var histogram = seen("kata_x", FamilyType.HISTOGRAM);
    assertThat(states.isAmbiguous(histogram)).isFalse();
    node.decode("kata_x_count 1\n").release();
    assertThat(states.isAmbiguous(histogram)).isFalse();
    var count =
        requireNonNull(node.cache.current().family("kata_x_count".getBytes(US_ASCII), 0, 12));
    states.markSeen(count);

    assertThat(states.isAmbiguous(histogram)).isTrue();
  }

  @Test
  void familiesThatMayNotBeLearnedBelongToTheBodyAlone() throws Exception {
    quota.use(node.templates.maxBytes());
    var local = resolve("kata_x");

    assertThat(local.isBodyLocal()).isTrue();
    states.markSeen(local);
    assertThat(resolve("kata_x")).isSameAs(local);
    assertThat(states.isAmbiguous(local)).isTrue();
    assertThat(node.bodies.usedBytes())
        .isEqualTo(Family.localHeapBytes("kata_x", LearningNode.NAMES));
    for (int i = 0; i < 100; i++) {
      var other = resolve("kata_" + i);
      assertThat(states.isSeen(other)).isFalse();
      states.markSeen(other);
      assertThat(states.isSeen(other)).isTrue();
    }
  }
}
