package io.katamonitor.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * README has the table that is generated from the list of flags; on a failure, copy the expected
 * one.
 */
class ReadmeTest {
  @Test
  void readmeHasTheTableOfTheFlags() throws Exception {
    assertThat(Files.readString(Path.of("..", "README.md"))).contains("\n\n" + table() + "\n");
  }

  private static String table() {
    var table = new StringBuilder("| flag | default | meaning |\n| --- | --- | --- |\n");
    for (var flag : Flags.ALL) {
      table.append("| `").append(flag.name()).append("` | ");
      if (!flag.defaultValue().isEmpty()) {
        table.append('`').append(String.join("` and `", flag.defaultValue())).append("` ");
      }
      table.append("| ").append(flag.description().replace("*", "\\*").replace("|", "\\|"));
      for (var alias : flag.aliases()) {
        table.append(" Also spelled `").append(alias).append("`.");
      }
      table.append(" |\n");
    }
    return table.toString();
  }
}
