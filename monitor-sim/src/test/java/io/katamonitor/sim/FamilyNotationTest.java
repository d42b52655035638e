package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FamilyNotationTest {
  private static final String NOTATION =
      """
      # a comment
      family kata_guest_x gauge Help of it.
      each cpu 0 total
      user $cpu_*_user
      zero irq
      {mount="/run/@ID@/rootfs"} $mem_total/1024
      family kata_y counter Other help.
      = 35184372087808
      """;

  private static String written(Layout runtime) {
    var usage = PodUsage.at(1, Workload.USUAL, 100, false);
    var moment = Moment.of(1, 0, 100, usage, "a1b2");
    var text = new Text();
    text.plain(runtime == Layout.RUNTIME_RS);
    for (var family : FamilyNotation.read(NOTATION, runtime, 0)) {
      family.parts().forEach(part -> part.write(text, moment));
    }
    return new String(text.toByteArray(), StandardCharsets.UTF_8)
        .replace(Long.toString((long) usage.get("cpu_0_user")), "USER0")
        .replace(Long.toString((long) usage.get("cpu_total_user")), "USERS");
  }

  @Test
  void valuesOfAPodsUsageAndItsIdAreFilledIn() {
    assertThat(written(Layout.RUNTIME_RS))
        .isEqualTo(
            """
            # HELP kata_guest_x Help of it.
            # TYPE kata_guest_x gauge
            kata_guest_x{mount="/run/a1b2/rootfs"} 2045800
            kata_guest_x{cpu="0",item="irq"} 0
            kata_guest_x{cpu="0",item="user"} USER0
            kata_guest_x{cpu="total",item="irq"} 0
            kata_guest_x{cpu="total",item="user"} USERS
            # HELP kata_y Other help.
            # TYPE kata_y counter
            kata_y 35184372087808
            """);
    assertThat(written(Layout.GO))
        .contains("rootfs\"} 2.0458e+06\n")
        .contains("kata_y 3.5184372087808e+13\n");
  }
}
