package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HostLayoutTest {
  @Test
  void labelsAreThoseOfTheSeries() {
    assertThat(Stream.of(HostLayout.values()).map(HostLayout::label))
        .containsExactly("pod", "split", "outside", "remote", "unknown");
  }
}
