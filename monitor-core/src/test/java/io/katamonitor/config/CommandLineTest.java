package io.katamonitor.config;

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

class CommandLineTest {
  private static Configuration run(String... arguments) {
    assertThat(CommandLine.parse(arguments)).isInstanceOf(Invocation.Run.class);
    return ((Invocation.Run) CommandLine.parse(arguments)).configuration();
  }

  private static String rejected(String... arguments) {
    assertThat(CommandLine.parse(arguments)).isInstanceOf(Invocation.Rejected.class);
    return ((Invocation.Rejected) CommandLine.parse(arguments)).sentence();
  }

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

  @Test
  void emptyCgroupRootDisablesTheReadingOfCgroups() {
    assertThat(run("-cgroup-root=").cgroupRoot()).isNull();
    assertThat(run("-cgroup-root", "/host/sys/fs/cgroup").cgroupRoot())
        .isEqualTo(Path.of("/host/sys/fs/cgroup"));
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
    "127.0.0.1:8090, 127.0.0.1:8090",
    ":0, :0",
    "[::1]:80, [::1]:80",
    "[fe80::1%eth0]:80, [fe80::1%eth0]:80",
    "localhost:8090, localhost:8090",
    "unix:/run/m.sock, unix:/run/m.sock",
    "unix:///run/m.sock, unix:/run/m.sock",
    "unix:m.sock, unix:m.sock"
  })
  void validListenAddressesAreAccepted(String text, String meant) {
    assertThat(ListenAddress.parse(text)).hasToString(meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "foo",
        "8090",
        "foo:",
        ":99999",
        ":-1",
        ":+1",
        ":abc",
        ":http",
        "::1:80",
        "[]:80",
        "[1.2.3.4]:80",
        "a/b:80",
        "http://x:80",
        "unix:"
      })
  void otherListenAddressesAreRejected(String text) {
    assertThat(rejected("-listen-address", text))
        .startsWith("invalid value \"" + text + "\" for flag -listen-address: expected ");
  }

  @Test
  void tooLongSocketPathIsRejected() {
    assertThat(run("-listen-address=unix:" + "x".repeat(107)).listenAddresses()).hasSize(1);
    assertThat(rejected("-listen-address=unix:" + "x".repeat(108)))
        .endsWith("107 bytes after unix:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/r/c.sock", "unix:/r/c.sock", "unix:///r/c.sock"})
  void runtimesEndpointIsAPathWithOrWithoutScheme(String text) {
    assertThat(run("-runtime-endpoint", text).runtimeEndpoint()).isEqualTo(Path.of("/r/c.sock"));
    assertThat(run("-runtime-enpoint", text).runtimeEndpoint()).isEqualTo(Path.of("/r/c.sock"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tcp://1.2.3.4:5", "unixrel.sock", "unix:rel", "rel.sock"})
  void otherRuntimeEndpointsAreRejected(String text) {
    assertThat(rejected("-runtime-endpoint", text))
        .isEqualTo(
            "invalid value \""
                + text
                + "\" for flag -runtime-endpoint: expected the absolute path of a socket, unix:PATH"
                + " or unix://PATH");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "3", "s", "-1s", "+1s", "1d", "3 s", "1.2.3s", ".s", "1e3s", "25h", "0", "0s"})
  void otherTimeoutsAreRejected(String text) {
    assertThat(rejected("-scrape-timeout=" + text))
        .startsWith("invalid value \"" + text + "\" for flag -scrape-timeout: expected a duration");
  }

  @Test
  void offsetMayBeZero() {
    assertThat(run("-timeout-offset=0").timeoutOffset()).isEqualTo(Duration.ZERO);
    assertThat(run("-timeout-offset=0s").timeoutOffset()).isEqualTo(Duration.ZERO);
  }

  @Test
  void limitsAreAccepted() {
    var configuration =
        run(
            "-max-shim-response-bytes=16MiB",
            "-max-shim-samples=2",
            "-memory-budget=4GiB",
            "-max-requests=0",
            "-max-concurrent-shims=7");

    assertThat(configuration.maxShimResponseBytes()).isEqualTo(16 << 20);
    assertThat(configuration.maxShimSamples()).isEqualTo(2);
    assertThat(configuration.memoryBudgetBytes()).isEqualTo(4L << 30);
    assertThat(configuration.maxRequests()).isZero();
    assertThat(configuration.maxConcurrentShims()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "max-concurrent-shims, 0",
    "max-concurrent-shims, x",
    "max-requests, -1",
    "max-requests, 1.5",
    "log-level, loud",
    "log-level, ''",
    "log-format, xml",
    "runtime-rs-scrape, sometimes",
    "metric-allowlist, (",
    "metric-denylist, 'a,*'",
    "sandboxes-path, ''",
    "tls-min-version, VersionTLS11",
    "tls-cipher-suites, TLS_RSA_WITH_AES_128_CBC_SHA",
    "max-shim-response-bytes, 2GiB",
    "max-shim-samples, 0",
    "max-shim-samples, 1000001",
    "memory-budget, 2047KiB",
    "memory-budget, 17GiB",
    "timeout-offset, -1s",
  })
  void errorNamesFlagValueAndWhatWasExpected(String flag, String value) {
    assertThat(rejected("-" + flag, value))
        .startsWith("invalid value \"" + value + "\" for flag -" + flag + ": expected ");
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

  @Test
  void familyExpressionsMatchWholeNames() {
    var allow = run("-metric-allowlist=kata_shim_.*, kata_guest_(cpu|mem)[a-z,_]{1,20}").families();
    assertThat(allow.keeps("kata_shim_threads")).isTrue();
    assertThat(allow.keeps("kata_guest_cpu_time")).isTrue();
    assertThat(allow.keeps("x_kata_shim_threads")).isFalse();

    var deny = run("-metric-denylist=kata_shim_go_.*").families();
    assertThat(deny.keeps("kata_shim_go_threads")).isFalse();
    assertThat(deny.keeps("kata_shim_threads")).isTrue();
  }

  @Test
  void flagsThatExcludeEachOtherAreRejected() {
    assertThat(rejected("-metric-allowlist=a", "-metric-denylist=b"))
        .contains("exclude each other");
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
  void otherFlagsCauseNoWarning() {
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
