package io.katamonitor.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopOptionsTest {
  private static TopOptions parse(String... arguments) throws BadOptionException {
    return TopOptions.parse(List.of(arguments), Map.of("KATA_MONITOR_PASSWORD", "secret"));
  }

  @Test
  void withoutFlagsItIsTheLocalMonitorLive() throws Exception {
    var options = parse();

    assertThat(options.url().text()).isEqualTo("http://127.0.0.1:8090");
    assertThat(options.once()).isFalse();
    assertThat(options.json()).isFalse();
    assertThat(options.usesTls()).isFalse();
    assertThat(options.user()).isNull();
    assertThat(options.password()).isNull();
  }

  @Test
  void flagsHaveTheSyntaxOfTheDaemon() throws Exception {
    var options =
        parse("-url", "https://a", "--url=https://b", "-once", "--json=true", "--ca-file=f");

    assertThat(options.url().host()).isEqualTo("b");
    assertThat(options.once()).isTrue();
    assertThat(options.json()).isTrue();
    assertThat(options.caFile()).isEqualTo(Path.of("f"));
    assertThat(parse("--once=false").once()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"--help", "-h", "help", "-help"})
  void helpFlagIsRecognized(String word) throws Exception {
    assertThat(parse(word).help()).isTrue();
    assertThat(parse("--user=x", word).help()).isTrue();
  }

  @Test
  void everyFlagIsInTheUsage() {
    for (var flag :
        List.of("url", "once", "json", "ca-file", "insecure", "user", "password-file", "help")) {
      assertThat(TopOptions.USAGE).contains("--" + flag + " ");
    }
    assertThat(TopOptions.USAGE).contains("KATA_MONITOR_PASSWORD", "NO_COLOR", "unix:PATH");
    assertThat(TopOptions.USAGE.lines()).allMatch(line -> line.length() <= 100);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "now | unexpected argument \"now\": expected flags only, see --help",
        "--ulr=x | unknown flag \"--ulr=x\": expected one of those that --help lists;"
            + " did you mean \"--url\"?",
        "--url | flag --url has no value: expected one after it",
        "--once=maybe | invalid value \"maybe\" for flag --once: expected true or false",
        "--insecure | --insecure and --ca-file are for TLS: expected an https URL, not"
            + " \"http://127.0.0.1:8090\"",
        "--user=a:b | invalid value \"a:b\" for flag --user: expected a name without a colon",
        "--password-file=x | --password-file has no user: expected --user too",
      })
  void badFlagsAreRejectedWithAnErrorMessage(String argument, String sentence) {
    assertThatExceptionOfType(BadOptionException.class)
        .isThrownBy(() -> parse(argument))
        .withMessage(sentence);
  }

  @Test
  void flagsThatExcludeEachOther() {
    assertThatExceptionOfType(BadOptionException.class)
        .isThrownBy(() -> parse("--insecure", "--ca-file=x", "--url=https://a"))
        .withMessage("--insecure and --ca-file exclude each other: expected one");
  }

  @Test
  void certificateFlagsEnableTlsOverAUnixSocket() throws Exception {
    assertThat(parse("--url=unix:/x").usesTls()).isFalse();
    assertThat(parse("--url=unix:/x", "--insecure").usesTls()).isTrue();
    assertThat(parse("--url=unix:/x", "--ca-file=c").usesTls()).isTrue();
  }

  @Test
  void passwordIsInAFileOrInTheEnvironment(@TempDir Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("p"), "from file\nmore\n");

    assertThat(parse("--user=u").password()).isEqualTo("secret");
    assertThat(parse("--user=u", "--password-file=" + file).password()).isEqualTo("from file");
    assertThatExceptionOfType(BadOptionException.class)
        .isThrownBy(() -> TopOptions.parse(List.of("--user=u"), Map.of()))
        .withMessage("--user has no password: expected --password-file or KATA_MONITOR_PASSWORD");
  }

  @Test
  void filesWithoutAPasswordAreRejected(@TempDir Path folder) throws Exception {
    var empty = Files.createFile(folder.resolve("empty"));
    var large = Files.writeString(folder.resolve("large"), "x".repeat(1_025));

    for (var file : List.of(empty, large)) {
      assertThatExceptionOfType(BadOptionException.class)
          .isThrownBy(() -> parse("--user=u", "--password-file=" + file))
          .withMessageStartingWith("no password in --password-file " + file + ": expected one");
    }
    assertThatExceptionOfType(BadOptionException.class)
        .isThrownBy(() -> parse("--user=u", "--password-file=" + folder.resolve("none")))
        .withMessage("cannot read --password-file " + folder.resolve("none") + ": no such file");
    assertThat(
            parse("--user=u", "--password-file=" + Files.writeString(large, "x".repeat(1_024)))
                .password())
        .hasSize(1_024);
  }
}
