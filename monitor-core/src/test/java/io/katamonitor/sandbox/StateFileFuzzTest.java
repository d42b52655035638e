package io.katamonitor.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.katamonitor.json.MalformedJsonException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** An input is a state file. Without {@code bin/fuzz} some are run. */
class StateFileFuzzTest {
  static Stream<byte[]> states() {
    return Stream.of(
            "{\"a\":[],\"hypervisor\":{\"hypervisor_type\":\"dragonball\",\"n\":[1,-2.5e3,true]}}",
            "{\"hypervisor\":{\"hypervisor_type\":\"q\\u0065m\\\"u\"}} ",
            "{\"hypervisor\":[{\"hypervisor_type\":null}]}",
            "{\"Config\":{\"HypervisorType\":\"clh\"},\"SandboxCgroupPath\":\"/x\"}",
            "[[[{}]]]")
        .map(state -> state.getBytes(UTF_8));
  }

  /** An incomplete file is rejected. */
  @MethodSource("states")
  @FuzzTest
  void state(byte[] file) {
    for (var runtime : ShimRuntime.values()) {
      int length = file.length;
      while (length > 0 && file[length - 1] <= ' ' && file[length - 1] >= 0) {
        length--;
      }
      if (isState(runtime, file, length)) {
        assertThat(file[length - 1]).isEqualTo((byte) '}');
        for (int part = 0; part < length; part += 1 + length / 500) {
          assertThat(isState(runtime, file, part)).as("%d bytes", part).isFalse();
        }
      }
    }
  }

  private static boolean isState(ShimRuntime runtime, byte[] file, int length) {
    try {
      StateFile.parse(runtime, file, length);
      return true;
    } catch (MalformedJsonException e) {
      return false;
    }
  }
}
