package io.katamonitor.config;

import static io.katamonitor.config.ParsedArguments.rejected;
import static io.katamonitor.config.ParsedArguments.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Flags for TLS and the web configuration file, which depend on and exclude each other. */
class TlsFlagsTest {
  @Test
  void flagsThatExcludeOrNeedEachOtherAreRejected() {
    assertThat(rejected("-tls-cert-file=a", "-tls-key-file=b", "-web-config-file=c"))
        .contains("exclude each other");
    assertThat(rejected("-tls-cert-file=a")).contains("expected -tls-cert-file and -tls-key-file");
    assertThat(rejected("-tls-key-file=a")).startsWith("-tls-key-file is given");
    assertThat(rejected("-tls-min-version=VersionTLS10")).contains("expected VersionTLS12");
  }

  @Test
  void tlsFlagsAreAccepted() {
    var tls =
        run(
                "-tls-cert-file=/c",
                "-tls-key-file=/k",
                "-tls-min-version=VersionTLS12",
                "-tls-cipher-suites=TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384")
            .tls();

    assertThat(tls)
        .isEqualTo(
            new TlsFiles(
                Path.of("/c"),
                Path.of("/k"),
                TlsFiles.Version.TLS12,
                List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384")));
    assertThat(run("-tls-cert-file=", "-tls-key-file=", "-tls-min-version=").tls()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",", " , ,"})
  void emptyNamesOfCipherSuitesAreSkipped(String separators) {
    var named = separators + "TLS_AES_128_GCM_SHA256" + separators;
    assertThat(run("-tls-cert-file=/c", "-tls-key-file=/k", "-tls-cipher-suites=" + named).tls())
        .extracting(TlsFiles::cipherSuites)
        .isEqualTo(List.of("TLS_AES_128_GCM_SHA256"));
    assertThat(
            run(
                    "-tls-cert-file=/c",
                    "-tls-key-file=/k",
                    "-tls-min-version=VersionTLS13",
                    "-tls-cipher-suites=" + separators)
                .tls())
        .extracting(TlsFiles::cipherSuites)
        .isEqualTo(List.of());
  }

  @Test
  void cipherSuitesWithTls13AreRejected() {
    assertThat(
            rejected(
                "-tls-cert-file=/c",
                "-tls-key-file=/k",
                "-tls-min-version=VersionTLS13",
                "-tls-cipher-suites=TLS_AES_128_GCM_SHA256"))
        .startsWith("-tls-cipher-suites and -tls-min-version VersionTLS13 exclude each other");
  }

  @ParameterizedTest
  @CsvSource({
    "-tls-min-version=VersionTLS13, -tls-min-version",
    "-tls-cipher-suites=TLS_AES_128_GCM_SHA256, -tls-cipher-suites",
    "-tls-min-version=VersionTLS13 -tls-cipher-suites=TLS_AES_128_GCM_SHA256,"
        + " '-tls-min-version, -tls-cipher-suites'",
    "-web-config-file=/w -tls-min-version=VersionTLS12, -tls-min-version",
  })
  void versionAndSuitesWithoutACertificateAreIgnoredWithOneWarning(String line, String ignored) {
    assertThat(CommandLine.parse(line.split(" ")))
        .isInstanceOfSatisfying(
            Invocation.Run.class,
            run -> {
              assertThat(run.configuration().tls()).isNull();
              assertThat(run.warnings())
                  .containsExactly("ignored without -tls-cert-file and -tls-key-file: " + ignored);
            });
  }

  @Test
  void versionAndSuitesWithACertificateOrWithoutAValueCauseNoWarning() {
    assertThat(((Invocation.Run) CommandLine.parse()).warnings()).isEmpty();
    assertThat(
            ((Invocation.Run)
                    CommandLine.parse(
                        "-tls-cert-file=/c", "-tls-key-file=/k", "-tls-min-version=VersionTLS13"))
                .warnings())
        .isEmpty();
    assertThat(
            ((Invocation.Run) CommandLine.parse("-tls-min-version=", "-tls-cipher-suites=,"))
                .warnings())
        .isEmpty();
  }
}
