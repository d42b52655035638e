package io.katamonitor.config;

import static io.katamonitor.config.ParsedArguments.rejected;
import static io.katamonitor.config.ParsedArguments.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.log.Level;
import io.katamonitor.log.LogFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The syntax of the command line, its defaults, errors and warnings. */
class CommandLineTest {
  @Test
  void withoutFlagsDefaultsApply() {
    var configuration = run();

    assertThat(configuration)
        .isEqualTo(
            new Configuration(
                List.of(new ListenAddress.Tcp("127.0.0.1", 8090)),
                Path.of("/run/containerd/containerd.sock"),
                Level.INFO,
                LogFormat.TEXT,
                List.of(Path.of("/run/vc/sbs"), Path.of("/run/kata")),
                Duration.ofSeconds(3),
                Duration.ofMillis(500),
                64,
                40,
                4 << 20,
                5000,
                128L << 20,
                RuntimeRsScrape.AUTO,
                Path.of("/sys/fs/cgroup"),
                false,
                new FamilyFilter.All(),
                true,
                null,
                null));
  }

  @Test
  void everyDefaultCanBeGivenAsTheUsageSpellsIt() {
    for (var flag : Flags.ALL) {
      var arguments = flag.defaultValue().stream().map(it -> "-" + flag.name() + "=" + it).toList();
      assertThat(run(arguments.toArray(String[]::new))).as(flag.name()).isEqualTo(run());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-scrape-timeout 7s",
        "-scrape-timeout=7s",
        "--scrape-timeout 7s",
        "--scrape-timeout=7s",
        "-scrape-timeout 1s --scrape-timeout=7s"
      })
  void flagsHaveTheSyntaxOfGoAndTheLastCounts(String line) {
    assertThat(run(line.split(" ")).scrapeTimeout()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void booleansTakeAValueOnlyAfterAnEqualsSign() {
    assertThat(run("-allow-foreign-families").allowForeignFamilies()).isTrue();
    assertThat(run("--debug-endpoints=false", "-log-level=warn").debugEndpoints()).isFalse();
    assertThat(run("-debug-endpoints=F").debugEndpoints()).isFalse();
    assertThat(rejected("-debug-endpoints", "false")).startsWith("unexpected argument \"false\"");
    assertThat(rejected("-debug-endpoints=no"))
        .isEqualTo("invalid value \"no\" for flag -debug-endpoints: expected true or false");
  }

  @Test
  void addressesAndRootsAreRepeatableAndReplaceTheDefault() {
    var configuration =
        run(
            "-listen-address=:9",
            "-listen-address=unix:/a/b",
            "-sandboxes-path=/x",
            "-sandboxes-path=/y/",
            "-sandboxes-path=/x");

    assertThat(configuration.listenAddresses())
        .containsExactly(new ListenAddress.Tcp("", 9), new ListenAddress.Unix("/a/b"));
    assertThat(configuration.sandboxesPaths()).containsExactly(Path.of("/x"), Path.of("/y"));
  }

  @ParameterizedTest
  @CsvSource({
    "-web.listen-address=:1, -listen-address=:1",
    "--web.config.file=/w, -web-config-file=/w",
    "-runtime-enpoint=/r, -runtime-endpoint=/r",
  })
  void aliasesSetTheirFlag(String alias, String flag) {
    assertThat(run(alias)).isEqualTo(run(flag)).isNotEqualTo(run());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-", "--", "foo", "---log-level", "-=x", "--=", "-nope", "-nope=1"})
  void argumentThatIsNotAFlagIsRejected(String argument) {
    assertThat(rejected(argument, "-log-level=debug")).contains("\"" + argument + "\": expected");
  }

  @Test
  void flagWithoutItsValueIsRejected() {
    assertThat(rejected("-log-level"))
        .isEqualTo("flag -log-level has no value: expected LEVEL after it");
  }

  @Test
  void rejectionIsOnePrintableLine() {
    assertThat(rejected("-log-level=a\nb\u001b[1m")).contains("\"a?b?[1m\"");
  }

  @ParameterizedTest
  @CsvSource({
    "-listen-adress=:1, -listen-address",
    "-scrape_timeout=3s, -scrape-timeout",
    "--max-request, -max-requests",
    "-debug, -debug-endpoints",
    "--web.config.fil, -web.config.file",
  })
  void errorOfAMisspelledFlagSuggestsTheNearestOne(String argument, String flag) {
    assertThat(rejected(argument))
        .isEqualTo(
            "unknown flag \""
                + argument
                + "\": expected one of those that -help lists; did you mean \""
                + flag
                + "\"?");
  }

  @ParameterizedTest
  @CsvSource({
    "log-level, inof, info",
    "log-format, JSON, json",
    "tls-min-version, VersionTLS1.2, VersionTLS12",
    "tls-cipher-suites, TLS_AES_128_GCM_SHA265, TLS_AES_128_GCM_SHA256",
  })
  void errorOfAMisspelledValueSuggestsTheNearestOne(String flag, String value, String near) {
    assertThat(rejected("-" + flag, value)).endsWith("; did you mean \"" + near + "\"?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"version", "-version", "--version", "-log-level debug version", "version -x"})
  void versionIsShownWhereverRequested(String line) {
    assertThat(CommandLine.parse(line.split(" "))).isEqualTo(new Invocation.ShowVersion());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "-help", "--help", "help", "-log-level debug --help"})
  void usageIsShownWhereverRequested(String line) {
    assertThat(CommandLine.parse(line.split(" ")))
        .isEqualTo(new Invocation.ShowUsage(Usage.text()));
  }
}
