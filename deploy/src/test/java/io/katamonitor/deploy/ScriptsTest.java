package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every script supports --help, and then does nothing else. */
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
  void helpIsTheHeaderCommentOrThatOfTheProgram(Path script) throws Exception {
    String text = Files.readString(script);
    if (text.contains("\nexec \"$JAVA_HOME/bin/java\"")) {
      assertThat(text).contains("\"$@\"");
      return;
    }
    assertThat(Program.output(Path.of("."), script.toString(), "--help"))
        .hasSizeGreaterThan(40)
        .doesNotContain("#!", "set -euo");
  }

  @Test
  void demoReportsAPortInUse() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var port = Integer.toString(taken.getLocalPort());
      var demo = Program.run(ROOT.resolve("bin"), "./demo", "--port", port);
      assertThat(demo.exitCode()).isEqualTo(1);
      assertThat(demo.output()).isEmpty();
      assertThat(demo.errors())
          .isEqualTo(
              "bin/demo: port "
                  + port
                  + " of 127.0.0.1 is in use; choose another one with --port.\n");
    }
  }

  @Test
  void demoReportsABadOption() throws Exception {
    for (var bad : List.of("--port=1", "--frob")) {
      var demo = Program.run(ROOT.resolve("bin"), "./demo", bad);
      assertThat(demo.exitCode()).isEqualTo(2);
      assertThat(demo.errors())
          .isEqualTo("bin/demo: unknown option " + bad + "; --help lists the options.\n");
    }
    assertThat(Program.run(ROOT.resolve("bin"), "./demo", "--port", "x").errors())
        .isEqualTo("bin/demo: --port takes a number from 0 to 65535, not \"x\".\n");
  }
}
