package io.katamonitor.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  @Test
  void theReadmeListsEveryFlagWithItsDefault() throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"));

    for (var flag : Flag.ALL) {
      String preset = flag.preset().replace(" and ", "` and `");
      assertThat(readme)
          .contains("| `" + flag.name() + "` | " + (preset.isEmpty() ? "|" : "`" + preset + "` |"));
    }
  }
}
