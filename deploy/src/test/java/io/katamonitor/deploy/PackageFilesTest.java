package io.katamonitor.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.config.CommandLine;
import io.katamonitor.config.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Unit and man page of the Debian package. */
final class PackageFilesTest {
  private static final Path MAN_PAGE = Path.of("debian/kata-monitor.8");

  @Test
  void unitDoesNotRestartOnABadCommandLine() throws IOException {
    assertThat(Files.readAllLines(Path.of("systemd/kata-monitor.service")))
        .contains("Restart=on-failure", "RestartPreventExitStatus=2");
  }

  @Test
  void manPageHasEveryFlagOfTheUsage() throws IOException {
    String page = Files.readString(MAN_PAGE);
    var usage = (Invocation.ShowUsage) CommandLine.parse(new String[] {"-help"});

    List<String> flags =
        Pattern.compile("(?m)^  -([a-z-]+)")
            .matcher(usage.usage())
            .results()
            .map((MatchResult flag) -> flag.group(1))
            .toList();
    assertThat(flags).hasSizeGreaterThan(15);
    for (String flag : flags) {
      assertThat(page).contains("\\-" + flag.replace("-", "\\-"));
    }
  }

  @Test
  void manPageHasExamples() throws IOException {
    assertThat(Files.readString(MAN_PAGE)).contains(".SH EXAMPLES", "rule_files:");
  }
}
