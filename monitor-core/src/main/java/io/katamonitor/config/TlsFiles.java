package io.katamonitor.config;

import java.nio.file.Path;
import java.util.List;

/**
 * TLS as set by the {@code tls-*} flags.
 *
 * @param certificate PEM, the server's first and then its chain
 * @param key PEM, not encrypted
 * @param minVersion the oldest version that is spoken
 * @param cipherSuites IANA names, for TLS 1.2 only as Go has it; empty for the default ones
 */
public record TlsFiles(Path certificate, Path key, Version minVersion, List<String> cipherSuites) {
  public TlsFiles {
    cipherSuites = List.copyOf(cipherSuites);
    if (minVersion == Version.TLS13 && !cipherSuites.isEmpty()) {
      // Fatal upstream too: the suites of TLS 1.3 are not configurable in Go.
      throw new IllegalArgumentException(
          "-tls-cipher-suites and -tls-min-version "
              + minVersion
              + " exclude each other: cipher suites can be chosen for TLS 1.2 only, expected one of"
              + " the two");
    }
  }

  /** Versions of TLS; the older ones are switched off in every JDK. */
  public enum Version {
    TLS12("TLSv1.2"),
    TLS13("TLSv1.3");

    private final String protocol;

    Version(String protocol) {
      this.protocol = protocol;
    }

    /** The name that JDK and Netty use. */
    public String protocol() {
      return protocol;
    }

    /** As Kubernetes spells it. */
    @Override
    public String toString() {
      return "Version" + name();
    }
  }
}
