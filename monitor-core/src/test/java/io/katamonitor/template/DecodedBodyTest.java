package io.katamonitor.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Array;
import java.lang.reflect.Modifier;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecodedBodyTest {
  private final LearningNode node = new LearningNode();

  @Test
  void keepsItsMemoryUntilTheLastHolderReleasesIt() throws Exception {
    var body = node.decode("kata_a 1\nkata_b 22\n");
    body.retain();
    assertThat(body.bytesHeld()).isEqualTo(2048 + BodyBuilder.FIXED_BYTES + 2 * 24);

    body.release();
    assertThat(LearningNode.values(body, 1)).isEqualTo("22\n");
    body.release();
    assertThat(node.store.bytesInUse()).isZero();
    assertThat(node.bodies.usedBytes()).isZero();
    assertThat(body.segments()).isZero();
  }

  @Test
  void mustNotBeReleasedTwice() throws Exception {
    var body = node.decode("kata_a 1\n");
    body.release();

    assertThatThrownBy(body::release).isInstanceOf(AssertionError.class);
    assertThatThrownBy(body::retain).isInstanceOf(AssertionError.class);
  }

  @Test
  void segmentsValuesEndWhereTheNextOnesStart() throws Exception {
    var body = node.decode("kata_a 1\nkata_b 22\n");

    assertThat(body.start(0)).isZero();
    assertThat(body.end(0)).isEqualTo(2);
    assertThat(body.start(1)).isEqualTo(2);
    assertThat(body.end(1)).isEqualTo(5);
  }

  /** Clients that read slowly keep the bodies of several scrapes of a thousand sandboxes. */
  @Test
  void takesNoMoreHeapThanIsCharged() throws Exception {
    var body = node.decode("kata_a 1\n");
    long arrays = 0;
    for (var field : DecodedBody.class.getDeclaredFields()) {
      if (field.getType().isArray() && !Modifier.isStatic(field.getModifiers())) {
        field.setAccessible(true);
        arrays += 16 + 4L * Array.getLength(field.get(body));
      }
    }

    assertThat(body.heapBytesHeld()).isGreaterThan(arrays + 200);
    assertThat(body.counts().droppedFamilies()).isSameAs(Map.of());
    body.release();
  }
}
