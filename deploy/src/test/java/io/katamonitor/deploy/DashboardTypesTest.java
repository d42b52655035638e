package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The dashboards by the types of grafana-foundation-sdk: the TypeScript compiler reads each as a
 * literal. npm brings the types; Maven Central does not have the SDK's Java edition.
 */
@Tag("system")
final class DashboardTypesTest {
  private static final Path SOURCES = Path.of("src/test/grafana");
  private static final Path FOLDER = Path.of("target/grafana");

  @BeforeAll
  static void installTypes() throws Exception {
    Files.createDirectories(FOLDER);
    for (String file : List.of("package.json", "schema.ts", "check.mjs")) {
      Files.write(FOLDER.resolve(file), Files.readAllBytes(SOURCES.resolve(file)));
    }
    Program.output(FOLDER, "npm", "install", "--no-package-lock", "--no-audit", "--no-fund");
  }

  @Test
  void dashboardsFollowTheSchema() throws Exception {
    assertThat(check(Dashboard.files()).output()).contains("4 dashboards follow the schema");
  }

  @Test
  void unknownFieldIsDetected(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("wrong.json");
    Files.writeString(
        file,
        Files.readString(Dashboard.files().getFirst()).replace("\"legendFormat\"", "\"legend\""));

    Program program = check(List.of(file));

    assertThat(program.exitCode()).isEqualTo(1);
    assertThat(program.output()).contains("'\"legend\"' does not exist");
  }

  private static Program check(List<Path> files) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("node", "check.mjs"));
    files.forEach(file -> command.add(file.toAbsolutePath().toString()));
    return Program.run(FOLDER, command.toArray(String[]::new));
  }
}
