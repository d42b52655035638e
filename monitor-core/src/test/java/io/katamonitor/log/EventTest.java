package io.katamonitor.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventTest {
  @Test
  void fieldsAreConvertedToTextAtOnce() {
    var changing = new StringBuilder("before");

    var event = Event.of(Instant.EPOCH, "text", "key", changing, "none", null);
    changing.replace(0, changing.length(), "after");

    assertThat(event.text()).isEqualTo("text");
    assertThat(event.fieldCount()).isEqualTo(2);
    assertThat(event.key(0)).isEqualTo("key");
    assertThat(event.value(0)).isEqualTo("before");
    assertThat(event.value(1)).isEqualTo("null");
    assertThat(event.getFormattedMessage()).isEqualTo("text key=before none=null");
  }

  @Test
  void fieldAtTheLimitIsTruncatedAndLaterOnesAreOmitted() {
    var event = Event.of(Instant.EPOCH, "t", "k", "v".repeat(10_000_000), "lost", "x");

    assertThat(event.fieldCount()).isOne();
    assertThat(event.value(0)).hasSize(Event.MAX_CHARS - 2).endsWith("vv...");
  }

  @Test
  void textOverTheLimitIsCut() {
    var event = Event.of(Instant.EPOCH, "t".repeat(Event.MAX_CHARS + 1), "k", "v");

    assertThat(event.text()).hasSize(Event.MAX_CHARS).endsWith("tt...");
    assertThat(event.fieldCount()).isZero();
  }

  @Test
  void eventWithinTheLimitIsUnchanged() {
    var event = Event.of(Instant.EPOCH, "t".repeat(Event.MAX_CHARS - 2), "k", "v");

    assertThat(event.getFormattedMessage()).endsWith("tt k=v");
  }

  @Test
  void sizeCountsTextAndFields() {
    var small = Event.of(Instant.EPOCH, "text");
    var large = Event.of(Instant.EPOCH, "text", "key", "v".repeat(1000));

    assertThat(small.size()).isBetween(300, 500);
    assertThat(large.size() - small.size()).isBetween(2_000, 2_200);
  }
}
