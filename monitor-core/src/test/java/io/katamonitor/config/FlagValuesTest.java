package io.katamonitor.config;

import static io.katamonitor.config.ParsedArguments.rejected;
import static io.katamonitor.config.ParsedArguments.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of flags that are accepted and rejected. */
class FlagValuesTest {
  @Test
  void emptyCgroupRootDisablesTheReadingOfCgroups() {
    assertThat(run("-cgroup-root=").cgroupRoot()).isNull();
    assertThat(run("-cgroup-root", "/host/sys/fs/cgroup").cgroupRoot())
        .isEqualTo(Path.of("/host/sys/fs/cgroup"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/r/c.sock", "unix:/r/c.sock", "unix:///r/c.sock"})
  void runtimeEndpointIsAPathWithOrWithoutScheme(String text) {
    assertThat(run("-runtime-endpoint", text).runtimeEndpoint()).isEqualTo(Path.of("/r/c.sock"));
    assertThat(run("-runtime-enpoint", text).runtimeEndpoint()).isEqualTo(Path.of("/r/c.sock"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "tcp://1.2.3.4:5", "unixrel.sock", "unix:rel", "rel.sock"})
  void invalidRuntimeEndpointsAreRejected(String text) {
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
  void invalidTimeoutsAreRejected(String text) {
    assertThat(rejected("-scrape-timeout=" + text))
        .startsWith("invalid value \"" + text + "\" for flag -scrape-timeout: expected a duration");
  }

  @Test
  void timeoutOffsetMayBeZero() {
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

  @Test
  void listsOfMetricsExcludeEachOther() {
    assertThat(rejected("-metric-allowlist=a", "-metric-denylist=b"))
        .contains("exclude each other");
  }
}
