package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every script answers --help, and does nothing else then. */
final class ScriptsTest {
  private static final Path ROOT = Path.of("..");

  static List<Path> scripts() throws IOException {
    try (Stream<Path> commands = Files.list(ROOT.resolve("bin"));
        Stream<Path> build = Files.list(ROOT.resolve("docker"))) {
      return Stream.concat(commands, build.filter(file -> file.toString().endsWith(".sh")))
          .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
          .sorted()
          .toList();
    }
  }

  @Test
  void thereAreScripts() throws IOException {
    assertThat(scripts()).hasSizeGreaterThan(10);
  }

  @Tag("system")
  @ParameterizedTest
  @MethodSource("scripts")
  void helpIsTheCommentAtTheTopOrTheProgramsOwn(Path script) throws Exception {
    String text = Files.readString(script);
    if (text.contains("\nexec \"$JAVA_HOME/bin/java\"")) {
      assertThat(text).contains("\"$@\"");
      return;
    }
    assertThat(Program.output(Path.of("."), script.toString(), "--help"))
        .hasSizeGreaterThan(40)
        .doesNotContain("#!", "set -euo");
  }
}
