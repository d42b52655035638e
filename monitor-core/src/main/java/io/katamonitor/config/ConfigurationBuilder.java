package io.katamonitor.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values that the command line gives, and from them the configuration. */
final class ConfigurationBuilder {
  /** By the name of the flag; each value has the type of its flag. */
  private final Map<String, Object> given = new HashMap<>();

  /**
   * Sets the value of a flag.
   *
   * @throws IllegalArgumentException whose message states what was expected
   */
  <T> void set(Flag<T> flag, String text) {
    T value = flag.type().parse(text);
    T earlier = givenValue(flag);
    given.put(flag.name(), earlier == null ? value : flag.type().merge(earlier, value));
  }

  @SuppressWarnings("unchecked") // Only set() puts values in.
  private <T> @Nullable T givenValue(Flag<T> flag) {
    return (T) given.get(flag.name());
  }

  private <T> T value(Flag<T> flag) {
    T value = givenValue(flag);
    return value == null ? flag.defaultOf() : value;
  }

  /**
   * The configuration.
   *
   * @throws IllegalArgumentException whose message names the flags that exclude or need each other
   */
  Invocation.Run build() {
    var configuration =
        new Configuration(
            value(Flags.LISTEN_ADDRESS),
            value(Flags.RUNTIME_ENDPOINT),
            value(Flags.LOG_LEVEL),
            value(Flags.LOG_FORMAT),
            value(Flags.SANDBOXES_PATH),
            value(Flags.SCRAPE_TIMEOUT),
            value(Flags.TIMEOUT_OFFSET),
            value(Flags.MAX_CONCURRENT_SHIMS),
            value(Flags.MAX_REQUESTS),
            value(Flags.MAX_SHIM_RESPONSE_BYTES).intValue(),
            value(Flags.MAX_SHIM_SAMPLES),
            value(Flags.MEMORY_BUDGET),
            value(Flags.RUNTIME_RS_SCRAPE),
            value(Flags.CGROUP_ROOT).orElse(null),
            value(Flags.ALLOW_FOREIGN_FAMILIES),
            families(),
            value(Flags.DEBUG_ENDPOINTS),
            tls(),
            value(Flags.WEB_CONFIG_FILE).orElse(null));
    return new Invocation.Run(configuration, settings(), warnings(configuration));
  }

  private FamilyFilter families() {
    var allowed = value(Flags.METRIC_ALLOWLIST);
    var denied = value(Flags.METRIC_DENYLIST);
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
    var certificate = value(Flags.TLS_CERT_FILE);
    var key = value(Flags.TLS_KEY_FILE);
    if (certificate.isEmpty() && key.isEmpty()) {
      return null;
    }
    if (certificate.isEmpty() || key.isEmpty()) {
      throw new IllegalArgumentException(
          "-"
              + (certificate.isEmpty() ? Flags.TLS_KEY_FILE : Flags.TLS_CERT_FILE).name()
              + " is given, but TLS needs a certificate and its key: expected -tls-cert-file and"
              + " -tls-key-file");
    }
    var minVersion = value(Flags.TLS_MIN_VERSION).orElse(TlsFiles.Version.TLS12);
    return new TlsFiles(certificate.get(), key.get(), minVersion, value(Flags.TLS_CIPHER_SUITES));
  }

  /** Flags that have no effect, which the Go daemon ignores silently. */
  private List<String> warnings(Configuration configuration) {
    var ignored = new ArrayList<String>();
    if (configuration.tls() == null) {
      if (value(Flags.TLS_MIN_VERSION).isPresent()) {
        ignored.add("-" + Flags.TLS_MIN_VERSION.name());
      }
      if (!value(Flags.TLS_CIPHER_SUITES).isEmpty()) {
        ignored.add("-" + Flags.TLS_CIPHER_SUITES.name());
      }
    }
    return ignored.isEmpty()
        ? List.of()
        : List.of(
            "ignored without -tls-cert-file and -tls-key-file: " + String.join(", ", ignored));
  }

  private List<Setting> settings() {
    var settings = new ArrayList<Setting>();
    for (var flag : Flags.ALL) {
      String text = text(flag);
      if (!text.isEmpty()) {
        settings.add(new Setting(flag.name(), text));
      }
    }
    return settings;
  }

  private <T> String text(Flag<T> flag) {
    return flag.type().format(value(flag));
  }
}
