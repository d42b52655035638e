package io.katamonitor.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
  @Test
  void helpNamesEveryPresetStoryAndFault() {
    var out = new ByteArrayOutputStream();
    Main.printUsage(new PrintStream(out, true, UTF_8));
    assertThat(out.toString(UTF_8))
        .startsWith("Usage: simulated-node --dir DIR")
        .contains("  story ", "  all ")
        .contains("stuck", "denied", "abort")
        .contains("crash ID", "boot go|runtime-rs");
    for (var story : Story.values()) {
      assertThat(out.toString(UTF_8)).contains("  " + story.word(), story.description());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--sandboxes 3 | --dir is needed",
        "--dir d --sandboxes x | --sandboxes takes a whole number, not x",
        "--dir d --sandboxes -1 | --sandboxes takes a whole number, not -1",
        "--dir d --cgroup-interval 0 | --cgroup-interval takes a whole number from 1, not 0",
        "--dir d --preset some | --preset takes story or all, not some",
        "--dir d --body small | --body takes large or kata, not small",
        "--dir d --cgroups v3 | --cgroups takes none or v1 or v2, not v3",
        "--dir d --cgroups v2 | --preset and --cgroups need --body kata",
        "--dir d --preset all --body large | --preset and --cgroups need --body kata",
        "--dir d --frob 1 | unknown option --frob",
        "--dir | unknown option, or one without its value: --dir"
      })
  void badOptionsAreNamed(String options, String sentence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Main.of(options.split(" ", -1)))
        .withMessage(sentence);
  }

  @Test
  void goodOptionsAreAccepted() {
    assertThat(Main.of("--dir", "d", "--preset", "all", "--cgroups", "v1")).isNotNull();
    assertThat(Main.of("--dir", "d", "--body", "kata", "--cgroups", "v2", "--seed", "-4"))
        .isNotNull();
  }
}
