package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyTest {
  private static final BodyTemplate TEMPLATE = BodyTemplate.read();

  private static String body(long seed, double age) {
    var text = new Text();
    var ends = new ArrayList<Integer>();
    TEMPLATE.write(text, Moment.of(seed, 1.79e9, 1.79e9 + age), new SplittableRandom(1), ends);
    assertThat(ends).hasSize(69).endsWith(text.length());
    return new String(text.toByteArray(), StandardCharsets.UTF_8);
  }

  @Test
  void hasTheShapeOfARealShims() {
    for (int seed = 0; seed < 20; seed++) {
      var body = body(seed, 600 * seed);
      assertThat(body.lines()).hasSize(1278);
      assertThat(body.lines().filter(line -> line.startsWith("# TYPE"))).hasSize(69);
      assertThat(body.lines().filter(line -> !line.startsWith("#"))).hasSize(1140);
      assertThat(body.length()).isBetween(82_000, 87_000);
      assertThat(body).startsWith("# HELP go_gc_duration_seconds").endsWith("\n");
    }
  }

  @Tag("system")
  @Test
  void promtoolParsesIt() throws Exception {
    var promtool =
        new ProcessBuilder("promtool", "check", "metrics").redirectErrorStream(true).start();
    try (var in = promtool.getOutputStream()) {
      in.write(body(7, 4000).getBytes(StandardCharsets.UTF_8));
    }
    var said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(promtool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    // 3: it parses, and the linter has remarks, as about the names of a real shim's metrics.
    assertThat(promtool.exitValue()).as(said).isIn(0, 3);
    assertThat(said).doesNotContain("error while linting");
  }

  @Test
  void countersNeverFallAndMemoryMoves() {
    var earlier = samples(body(3, 1000));
    var later = samples(body(3, 1090));
    assertThat(later.keySet()).isEqualTo(earlier.keySet());
    int moved = 0;
    for (var sample : later.entrySet()) {
      var name = sample.getKey();
      double before = earlier.getOrDefault(name, 0.0);
      if (name.contains("_bucket") || name.contains("_count") || name.contains("_bytes\"}")) {
        assertThat(sample.getValue()).as(name).isGreaterThanOrEqualTo(before);
      }
      moved += sample.getValue() == before ? 0 : 1;
    }
    assertThat(moved).isGreaterThan(300);
    assertThat(earlier.get("kata_hypervisor_proc_status{item=\"vmrss\"}"))
        .isLessThanOrEqualTo(earlier.get("kata_hypervisor_proc_status{item=\"vmhwm\"}"));
  }

  @Test
  void isTheSameForTheSameSeedAndAge() {
    assertThat(body(5, 77)).isEqualTo(body(5, 77)).isNotEqualTo(body(6, 77));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "7, 7",
    "143360, 143360",
    "999999, 999999",
    "1000000, 1e+06",
    "1234500, 1.2345e+06",
    "25034797056, 2.5034797056e+10",
    "-1500000, -1.5e+06",
    "0.01, 0.01",
    "14.24, 14.24",
    "0.000121562, 0.000121562",
    "0.000085919, 8.5919e-05",
    "1.8446744073709552e19, 1.8446744073709552e+19",
    "9007199254740993, 9.007199254740992e+15",
    "1.7953524029140222E9, 1.7953524029140222e+09",
    "NaN, NaN",
    "Infinity, +Inf",
    "-Infinity, -Inf"
  })
  void writesNumbersAsGoDoes(double value, String written) {
    var text = new Text();
    text.number(value);
    assertThat(new String(text.toByteArray(), StandardCharsets.US_ASCII)).isEqualTo(written);
    assertThat(Text.goFloat(value)).isEqualTo(written);
  }

  private static Map<String, Double> samples(String body) {
    var samples = new TreeMap<String, Double>();
    for (var line : body.split("\n", -1)) {
      if (!line.isEmpty() && line.charAt(0) != '#') {
        int blank = line.lastIndexOf(' ');
        samples.put(line.substring(0, blank), Double.parseDouble(line.substring(blank + 1)));
      }
    }
    return samples;
  }
}
