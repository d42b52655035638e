package io.katamonitor.config;

import io.katamonitor.log.Level;
import io.katamonitor.log.LogFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Every flag. Parser, default values, usage, the log line of the start and README's table are made
 * from {@link #ALL}; {@link ConfigurationBuilder} reads the values by these constants.
 */
final class Flags {
  private static final long MIB = 1L << 20;
  private static final PathType PATH = new PathType();
  private static final BooleanType BOOLEAN = new BooleanType();
  private static final PatternListType PATTERNS = new PatternListType();

  static final Flag<List<ListenAddress>> LISTEN_ADDRESS =
      Flag.of(
              "listen-address",
              new RepeatableType<>(new AddressType()),
              "127.0.0.1:8090",
              "Address to serve on: IP:PORT, :PORT, [IPv6]:PORT, NAME:PORT or unix:PATH. Repeatable,"
                  + " replaces the default. Port 0: the kernel chooses, the log names the port.")
          .withAlias("web.listen-address");

  /** The alias is the spelling in Kata's documentation. */
  static final Flag<Path> RUNTIME_ENDPOINT =
      Flag.of(
              "runtime-endpoint",
              new SocketPathType(),
              "/run/containerd/containerd.sock",
              "Socket of the CRI runtime: an absolute path, unix:PATH or unix://PATH.")
          .withAlias("runtime-enpoint");

  static final Flag<Level> LOG_LEVEL =
      Flag.of(
          "log-level",
          new LogLevelType(),
          "info",
          "Minimum level that is logged: trace, debug, info, warn, error, fatal or panic.");

  static final Flag<LogFormat> LOG_FORMAT =
      Flag.of(
          "log-format",
          new LogFormatType(),
          "text",
          "Format of log lines: text (key=value) or json.");

  static final Flag<List<Path>> SANDBOXES_PATH =
      new Flag<>(
          "sandboxes-path",
          List.of(),
          new RepeatableType<>(PATH),
          List.of("/run/vc/sbs", "/run/kata"),
          "Storage root to watch. Repeatable, replaces the default.");

  static final Flag<Duration> SCRAPE_TIMEOUT =
      Flag.of(
          "scrape-timeout",
          new DurationType(Duration.ofNanos(1)),
          "3s",
          "Maximum time for one shim.");

  static final Flag<Duration> TIMEOUT_OFFSET =
      Flag.of(
          "timeout-offset",
          new DurationType(Duration.ZERO),
          "0.5s",
          "Subtracted from the timeout that the scraper announces.");

  static final Flag<Integer> MAX_CONCURRENT_SHIMS =
      Flag.of(
          "max-concurrent-shims",
          new NumberType(1, 10_000),
          "64",
          "Maximum number of shims that are scraped concurrently.");

  static final Flag<Integer> MAX_REQUESTS =
      Flag.of(
          "max-requests",
          new NumberType(0, 100_000),
          "40",
          "Maximum number of concurrent requests to /metrics; excess requests get 503. 0: unlimited.");

  static final Flag<Long> MAX_SHIM_RESPONSE_BYTES =
      Flag.of(
          "max-shim-response-bytes",
          new SizeType(1, 1024 * MIB),
          "4MiB",
          "Maximum size of a shim's response; larger ones are rejected. Usual: 84 to 300 KB.");

  static final Flag<Integer> MAX_SHIM_SAMPLES =
      Flag.of(
          "max-shim-samples",
          new NumberType(1, 1_000_000),
          "5000",
          "Maximum number of samples of a shim; responses with more are rejected. Usual: 600 to 1,300.");

  static final Flag<Long> MEMORY_BUDGET =
      Flag.of(
          "memory-budget",
          // With 1 MiB only the health endpoints would be served.
          new SizeType(2 * MIB, 16 * 1024 * MIB),
          "128MiB",
          "Limit of the off-heap memory that clients, guests and runtimes can make the process hold.");

  static final Flag<RuntimeRsScrape> RUNTIME_RS_SCRAPE =
      Flag.of(
          "runtime-rs-scrape",
          new RuntimeRsScrapeType(),
          "auto",
          "Shims of runtime-rs to scrape: auto, always, never or auto,NAME... With some hypervisors"
              + " (including qemu) such a shim aborts on /metrics, and its pod with it. auto scrapes"
              + " shims whose state.json has a hypervisor that is known to be safe (dragonball, clh,"
              + " openvmm, cloud-hypervisor from Kata 3.3.0 on) or that is named here.");

  static final Flag<Optional<Path>> CGROUP_ROOT =
      Flag.of(
          "cgroup-root",
          new OptionalType<>(PATH),
          "/sys/fs/cgroup",
          "The host's cgroup file system, from which pod usage is read; empty disables this.");

  static final Flag<Boolean> ALLOW_FOREIGN_FAMILIES =
      Flag.of(
          "allow-foreign-families",
          BOOLEAN,
          "false",
          "Also pass on families whose names do not start with kata_.");

  static final Flag<List<Pattern>> METRIC_ALLOWLIST =
      Flag.of(
          "metric-allowlist",
          PATTERNS,
          "",
          "Comma-separated regular expressions: only families whose whole name matches one of them"
              + " are served. Cannot be combined with metric-denylist.");

  static final Flag<List<Pattern>> METRIC_DENYLIST =
      Flag.of(
          "metric-denylist",
          PATTERNS,
          "",
          "Comma-separated regular expressions: families whose whole name matches one of them are"
              + " dropped. Cannot be combined with metric-allowlist.");

  static final Flag<Boolean> DEBUG_ENDPOINTS =
      Flag.of("debug-endpoints", BOOLEAN, "true", "Serve /debug/*.");

  static final Flag<Optional<Path>> TLS_CERT_FILE =
      Flag.of(
          "tls-cert-file",
          new OptionalType<>(PATH),
          "",
          "Certificate and its chain (PEM); enables HTTPS. Needs tls-key-file.");

  static final Flag<Optional<Path>> TLS_KEY_FILE =
      Flag.of(
          "tls-key-file",
          new OptionalType<>(PATH),
          "",
          "Private key of the certificate (PEM), unencrypted.");

  static final Flag<Optional<TlsFiles.Version>> TLS_MIN_VERSION =
      Flag.of(
          "tls-min-version",
          new OptionalType<>(new TlsVersionType()),
          "",
          "Minimum TLS version: VersionTLS12 (if not given) or VersionTLS13. Ignored without a"
              + " certificate.");

  static final Flag<List<String>> TLS_CIPHER_SUITES =
      Flag.of(
          "tls-cipher-suites",
          new CipherSuitesType(),
          "",
          "Comma-separated IANA names of cipher suites of TLS 1.2; those of TLS 1.3 are always"
              + " offered. Cannot be combined with VersionTLS13. Ignored without a certificate.");

  static final Flag<Optional<Path>> WEB_CONFIG_FILE =
      Flag.of(
              "web-config-file",
              new OptionalType<>(PATH),
              "",
              "Web configuration file of the Prometheus exporters: TLS, headers and users. Reloaded when"
                  + " it changes.")
          .withAlias("web.config.file");

  /** In the order of the usage and the README. */
  static final List<Flag<?>> ALL =
      List.of(
          LISTEN_ADDRESS,
          RUNTIME_ENDPOINT,
          LOG_LEVEL,
          LOG_FORMAT,
          SANDBOXES_PATH,
          SCRAPE_TIMEOUT,
          TIMEOUT_OFFSET,
          MAX_CONCURRENT_SHIMS,
          MAX_REQUESTS,
          MAX_SHIM_RESPONSE_BYTES,
          MAX_SHIM_SAMPLES,
          MEMORY_BUDGET,
          RUNTIME_RS_SCRAPE,
          CGROUP_ROOT,
          ALLOW_FOREIGN_FAMILIES,
          METRIC_ALLOWLIST,
          METRIC_DENYLIST,
          DEBUG_ENDPOINTS,
          TLS_CERT_FILE,
          TLS_KEY_FILE,
          TLS_MIN_VERSION,
          TLS_CIPHER_SUITES,
          WEB_CONFIG_FILE);

  private Flags() {}

  /** The flag with this name or alias; null if there is none. */
  static @Nullable Flag<?> find(String name) {
    for (var flag : ALL) {
      if (flag.isNamed(name)) {
        return flag;
      }
    }
    return null;
  }
}
