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

  private static String refused(String... arguments) {
    assertThat(CommandLine.parse(arguments)).isInstanceOf(Invocation.Refused.class);
    return ((Invocation.Refused) CommandLine.parse(arguments)).sentence();
  }

  @Test
  void withoutFlagsTheDefaultsHold() {
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
                16 << 20,
                RuntimeRsScrape.AUTO,
                Path.of("/sys/fs/cgroup"),
                false,
                new FamilyFilter.All(),
                true,
                null,
                null));
  }

  @Test
  void theDefaultsThatTheUsageNamesAreThoseThatHold() {
    for (var flag : Flag.ALL) {
      if (!flag.preset().isEmpty() && !flag.name().equals("sandboxes-path")) {
        assertThat(run("-" + flag.name() + "=" + flag.preset())).as(flag.name()).isEqualTo(run());
      }
    }
    assertThat(run("-sandboxes-path=/run/vc/sbs", "-sandboxes-path=/run/kata")).isEqualTo(run());
  }

  @Test
  void anEmptyCgroupRootTurnsTheReadingOfCgroupsOff() {
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
  void flagsAreSpelledAsGoSpellsThemAndTheLastCounts(String line) {
    assertThat(run(line.split(" ")).scrapeTimeout()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void booleansTakeAValueOnlyBehindTheEqualsSign() {
    assertThat(run("-allow-foreign-families").allowForeignFamilies()).isTrue();
    assertThat(run("--debug-endpoints=false", "-log-level=warn").debugEndpoints()).isFalse();
    assertThat(run("-debug-endpoints=F").debugEndpoints()).isFalse();
    assertThat(refused("-debug-endpoints", "false")).startsWith("unexpected argument \"false\"");
    assertThat(refused("-debug-endpoints=no"))
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
  void listenAddressesAreThese(String text, String meant) {
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
  void otherListenAddressesAreRefused(String text) {
    assertThat(refused("-listen-address", text))
        .startsWith("invalid value \"" + text + "\" for flag -listen-address: expected ");
  }

  @Test
  void aSocketPathThatNoSocketCanHaveIsRefused() {
    assertThat(run("-listen-address=unix:" + "x".repeat(107)).listenAddresses()).hasSize(1);
    assertThat(refused("-listen-address=unix:" + "x".repeat(108)))
        .endsWith("107 bytes behind unix:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/r/c.sock", "unix:/r/c.sock", "unix:///r/c.sock"})
  void theRuntimesEndpointIsAPathWithOrWithoutScheme(String text) {
    assertThat(run("-runtime-endpoint", text).runtimeEndpoint()).isEqualTo(Path.of("/r/c.sock"));
    assertThat(run("-runtime-enpoint", text).runtimeEndpoint()).isEqualTo(Path.of("/r/c.sock"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tcp://1.2.3.4:5", "unixrel.sock", "unix:rel", "rel.sock"})
  void otherRuntimeEndpointsAreRefused(String text) {
    assertThat(refused("-runtime-endpoint", text))
        .isEqualTo(
            "invalid value \""
                + text
                + "\" for flag -runtime-endpoint: expected the absolute path of a socket, unix:PATH"
                + " or unix://PATH");
  }

  @ParameterizedTest
  @CsvSource({
    "3s, 3000",
    "0.5s, 500",
    ".5s, 500",
    "1m30s, 90000",
    "500ms, 500",
    "1h, 3600000",
    "1500us, 1",
    "24h, 86400000"
  })
  void durationsAreSpelledAsGoSpellsThem(String text, long millis) {
    assertThat(DurationText.parse(text).toMillis()).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "3", "s", "-1s", "+1s", "1d", "3 s", "1.2.3s", ".s", "1e3s", "25h", "0", "0s"})
  void otherTimeoutsAreRefused(String text) {
    assertThat(refused("-scrape-timeout=" + text))
        .startsWith("invalid value \"" + text + "\" for flag -scrape-timeout: expected a duration");
  }

  @Test
  void theOffsetMayBeNothing() {
    assertThat(run("-timeout-offset=0").timeoutOffset()).isEqualTo(Duration.ZERO);
    assertThat(run("-timeout-offset=0s").timeoutOffset()).isEqualTo(Duration.ZERO);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1048576, 1048576", "16MiB, 16777216", "4KiB, 4096", "1GiB, 1073741824"})
  void sizesAreBytesOrBinaryUnits(String text, int bytes) {
    assertThat(run("-max-shim-response-bytes", text).maxShimResponseBytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "-1",
        "MiB",
        "1.5MiB",
        "1MB",
        "2GiB",
        "99999999999999999999",
        "9999999999GiB"
      })
  void otherSizesAreRefused(String text) {
    assertThat(refused("-max-shim-response-bytes", text)).contains("expected a size from 1 byte");
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
    "tls-cipher-suites, 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,'",
  })
  void whateverIsWrongIsToldWithFlagValueAndWhatWasExpected(String flag, String value) {
    assertThat(refused("-" + flag, value))
        .startsWith("invalid value \"" + value + "\" for flag -" + flag + ": expected ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-", "--", "foo", "---log-level", "-=x", "--=", "-nope", "-nope=1"})
  void whatIsNoFlagIsRefused(String argument) {
    assertThat(refused(argument, "-log-level=debug")).contains("\"" + argument + "\": expected");
  }

  @Test
  void aFlagWithoutItsValueIsRefused() {
    assertThat(refused("-log-level"))
        .isEqualTo("flag -log-level has no value: expected LEVEL behind it");
  }

  @Test
  void aRefusalIsOnePrintableLine() {
    assertThat(refused("-log-level=a\nb\u001b[1m")).contains("\"a?b?[1m\"");
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
  void flagsThatExcludeEachOtherAreRefusedTogether() {
    assertThat(refused("-metric-allowlist=a", "-metric-denylist=b")).contains("exclude each other");
    assertThat(refused("-tls-cert-file=a", "-tls-key-file=b", "-web-config-file=c"))
        .contains("exclude each other");
    assertThat(refused("-tls-cert-file=a")).contains("expected -tls-cert-file and -tls-key-file");
    assertThat(refused("-tls-min-version=VersionTLS13")).startsWith("-tls-min-version is given");
    assertThat(refused("-tls-min-version=VersionTLS10")).contains("expected VersionTLS12");
  }

  @Test
  void tlsFlagsAreTaken() {
    var tls =
        run(
                "-tls-cert-file=/c",
                "-tls-key-file=/k",
                "-tls-min-version=VersionTLS13",
                "-tls-cipher-suites=TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384")
            .tls();

    assertThat(tls)
        .isEqualTo(
            new TlsFiles(
                Path.of("/c"),
                Path.of("/k"),
                TlsFiles.Version.TLS13,
                List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384")));
    assertThat(run("-tls-cert-file=", "-tls-key-file=", "-tls-min-version=").tls()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"version", "-version", "--version", "-log-level debug version", "version -x"})
  void theVersionIsToldWhereverItIsAskedFor(String line) {
    assertThat(CommandLine.parse(line.split(" "))).isEqualTo(new Invocation.ShowVersion());
  }

  @Test
  void theUsageNamesEveryFlagWithItsDefault() {
    assertThat(CommandLine.parse("-log-level", "debug", "--help"))
        .isInstanceOfSatisfying(
            Invocation.ShowUsage.class,
            shown -> {
              for (var flag : Flag.ALL) {
                assertThat(shown.usage())
                    .contains("  -" + flag.name())
                    .contains(flag.meaning())
                    .contains(flag.preset());
              }
            });
  }
}
