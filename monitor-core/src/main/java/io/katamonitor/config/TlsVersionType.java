package io.katamonitor.config;

import java.util.List;

/** A version of TLS: {@code VersionTLS12} as Kubernetes spells it, {@code TLS12} as Prometheus. */
record TlsVersionType() implements FlagType<TlsFiles.Version> {
  private static final List<String> NAMES = List.of("VersionTLS12", "VersionTLS13");

  @Override
  public String placeholder() {
    return "VERSION";
  }

  @Override
  public TlsFiles.Version parse(String text) {
    return switch (text) {
      case "VersionTLS12", "TLS12", "1.2" -> TlsFiles.Version.TLS12;
      case "VersionTLS13", "TLS13", "1.3" -> TlsFiles.Version.TLS13;
      default ->
          throw new IllegalArgumentException(
              "expected VersionTLS12 or VersionTLS13"
                  // 1.0 and 1.1 are no misspellings.
                  + (text.endsWith("10") || text.endsWith("11")
                      ? ""
                      : NearMiss.question(text, NAMES, "")));
    };
  }

  @Override
  public String format(TlsFiles.Version value) {
    return value.toString();
  }
}
