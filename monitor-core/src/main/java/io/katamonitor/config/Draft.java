package io.katamonitor.config;

import io.katamonitor.log.Level;
import io.katamonitor.log.LogFormat;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A configuration in the making: the defaults, and over them what the flags set. */
final class Draft {
  private static final int MOST_SHIMS = 10_000;
  private static final int MOST_REQUESTS = 100_000;

  private final List<ListenAddress> listenAddresses = new ArrayList<>();
  private final List<Path> sandboxesPaths = new ArrayList<>();
  private final Set<String> tlsFlags = new TreeSet<>();
  private Path runtimeEndpoint = Path.of("/run/containerd/containerd.sock");
  private Level logLevel = Level.INFO;
  private LogFormat logFormat = LogFormat.TEXT;
  private Duration scrapeTimeout = Duration.ofSeconds(3);
  private Duration timeoutOffset = Duration.ofMillis(500);
  private int maxConcurrentShims = 64;
  private int maxRequests = 40;
  private int maxShimResponseBytes = 16 << 20;
  private RuntimeRsScrape runtimeRsScrape = RuntimeRsScrape.AUTO;
  private @Nullable Path cgroupRoot = Path.of("/sys/fs/cgroup");
  private boolean allowForeignFamilies;
  private List<Pattern> allowed = List.of();
  private List<Pattern> denied = List.of();
  private boolean debugEndpoints = true;
  private @Nullable Path tlsCertificate;
  private @Nullable Path tlsKey;
  private TlsFiles.Version tlsLowest = TlsFiles.Version.TLS12;
  private List<String> tlsCipherSuites = List.of();
  private @Nullable Path webConfigFile;

  /**
   * Sets what one flag says.
   *
   * @throws IllegalArgumentException that says what was expected of the value
   */
  void set(String flag, String value) {
    switch (flag) {
      case "listen-address" -> listenAddresses.add(ListenAddress.parse(value));
      case "runtime-endpoint" -> runtimeEndpoint = runtimeEndpoint(value);
      case "log-level" -> logLevel = level(value);
      case "log-format" -> logFormat = logFormat(value);
      case "sandboxes-path" -> addRoot(path(value));
      case "scrape-timeout" -> scrapeTimeout = timeout(value);
      case "timeout-offset" -> timeoutOffset = DurationText.parse(value);
      case "max-concurrent-shims" -> maxConcurrentShims = number(value, 1, MOST_SHIMS);
      case "max-requests" -> maxRequests = number(value, 0, MOST_REQUESTS);
      case "max-shim-response-bytes" -> maxShimResponseBytes = SizeText.parse(value);
      case "runtime-rs-scrape" -> runtimeRsScrape = RuntimeRsScrape.parse(value);
      case "cgroup-root" -> cgroupRoot = value.isEmpty() ? null : path(value);
      case "allow-foreign-families" -> allowForeignFamilies = bool(value);
      case "metric-allowlist" -> allowed = FamilyFilter.parseList(value);
      case "metric-denylist" -> denied = FamilyFilter.parseList(value);
      case "debug-endpoints" -> debugEndpoints = bool(value);
      case "tls-cert-file" -> tlsCertificate = tlsFlag(flag, value) ? path(value) : null;
      case "tls-key-file" -> tlsKey = tlsFlag(flag, value) ? path(value) : null;
      case "tls-min-version" -> {
        if (tlsFlag(flag, value)) {
          tlsLowest = TlsFiles.Version.parse(value);
        }
      }
      case "tls-cipher-suites" ->
          tlsCipherSuites = tlsFlag(flag, value) ? TlsFiles.parseCipherSuites(value) : List.of();
      case "web-config-file" -> webConfigFile = value.isEmpty() ? null : path(value);
      default -> throw new IllegalStateException(flag);
    }
  }

  /**
   * The configuration.
   *
   * @throws IllegalArgumentException that says which flags do not go together
   */
  Configuration configuration() {
    return new Configuration(
        listenAddresses.isEmpty()
            ? List.of(new ListenAddress.Tcp("127.0.0.1", 8090))
            : listenAddresses,
        runtimeEndpoint,
        logLevel,
        logFormat,
        sandboxesPaths.isEmpty()
            ? List.of(Path.of("/run/vc/sbs"), Path.of("/run/kata"))
            : sandboxesPaths,
        scrapeTimeout,
        timeoutOffset,
        maxConcurrentShims,
        maxRequests,
        maxShimResponseBytes,
        runtimeRsScrape,
        cgroupRoot,
        allowForeignFamilies,
        families(),
        debugEndpoints,
        tls(),
        webConfigFile);
  }

  private FamilyFilter families() {
    if (!allowed.isEmpty() && !denied.isEmpty()) {
      throw new IllegalArgumentException(
          "-metric-allowlist and -metric-denylist exclude each other: expected one of the two");
    }
    if (!allowed.isEmpty()) {
      return new FamilyFilter.Allow(allowed);
    }
    return denied.isEmpty() ? new FamilyFilter.All() : new FamilyFilter.Deny(denied);
  }

  private @Nullable TlsFiles tls() {
    if (tlsFlags.isEmpty()) {
      return null;
    }
    if (tlsCertificate == null || tlsKey == null) {
      throw new IllegalArgumentException(
          "-%s is given, but TLS needs a certificate and its key: expected -tls-cert-file and -tls-key-file"
              .formatted(String.join(", -", tlsFlags)));
    }
    return new TlsFiles(tlsCertificate, tlsKey, tlsLowest, tlsCipherSuites);
  }

  /** Takes note that a TLS flag is given; an empty value takes it back, as in upstream's charts. */
  private boolean tlsFlag(String flag, String value) {
    if (value.isEmpty()) {
      tlsFlags.remove(flag);
      return false;
    }
    tlsFlags.add(flag);
    return true;
  }

  private void addRoot(Path root) {
    if (!sandboxesPaths.contains(root)) {
      sandboxesPaths.add(root);
    }
  }

  private static Path runtimeEndpoint(String value) {
    var unix = ListenAddress.unixPath(value);
    String path = unix != null ? unix : value;
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "expected the absolute path of a socket, unix:PATH or unix://PATH");
    }
    return path(path);
  }

  private static Path path(String value) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("expected a path");
    }
    try {
      return Path.of(value).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("expected a path that the locale's encoding can spell", e);
    }
  }

  private static Level level(String value) {
    var level = Level.parse(value);
    if (level == null) {
      throw new IllegalArgumentException(
          "expected trace, debug, info, warn, error, fatal or panic");
    }
    return level;
  }

  private static LogFormat logFormat(String value) {
    return switch (value) {
      case "text" -> LogFormat.TEXT;
      case "json" -> LogFormat.JSON;
      default -> throw new IllegalArgumentException("expected text or json");
    };
  }

  private static Duration timeout(String value) {
    var timeout = DurationText.parse(value);
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException("expected a duration longer than 0");
    }
    return timeout;
  }

  private static int number(String value, int lowest, int highest) {
    try {
      int number = Integer.parseInt(value);
      if (number >= lowest && number <= highest) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Told below, as a number out of range is.
    }
    throw new IllegalArgumentException("expected a number from " + lowest + " to " + highest);
  }

  /** The words of Go's {@code strconv.ParseBool}. */
  private static boolean bool(String value) {
    return switch (value) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw new IllegalArgumentException("expected true or false");
    };
  }
}
