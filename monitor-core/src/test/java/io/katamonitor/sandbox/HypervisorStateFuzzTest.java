package io.katamonitor.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** An input is a {@code state.json}. Without {@code bin/fuzz} some are run. */
class HypervisorStateFuzzTest {
  static Stream<byte[]> states() {
    return Stream.of(
            "{\"a\":[],\"hypervisor\":{\"hypervisor_type\":\"dragonball\",\"n\":[1,-2.5e3,true]}}",
            "{\"hypervisor\":{\"hypervisor_type\":\"q\\u0065m\\\"u\"}} ",
            "{\"hypervisor\":[{\"hypervisor_type\":null}]}",
            "[[[{}]]]")
        .map(state -> state.getBytes(UTF_8));
  }

  /** A file that is not there whole tells nothing. */
  @MethodSource("states")
  @FuzzTest
  void state(byte[] file) {
    var text = new String(file, UTF_8).strip();
    if (HypervisorState.parse(text) != null) {
      assertThat(text).startsWith("{").endsWith("}");
      for (int length = 0; length < text.length(); length += 1 + text.length() / 500) {
        assertThat(HypervisorState.parse(text.substring(0, length))).isNull();
      }
    }
  }
}
