package io.katamonitor.tls;

import io.katamonitor.config.TlsFiles;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of TLS.
 *
 * @param clientCa issuers of clients' certificates; null for the Java runtime's own list
 * @param allowedSans one of them must be in a client's certificate; empty: any certificate
 * @param minVersion as the JDK names it
 * @param cipherSuites of TLS 1.2; those of 1.3 are all enabled; empty for the JDK's defaults
 * @param namedGroups as the JDK names them; empty for the JDK's defaults
 * @param serverChooses whether the server's order of cipher suites counts, not the client's
 */
record TlsSettings(
    Pem certificate,
    Pem key,
    @Nullable Pem clientCa,
    ClientAuth clientAuth,
    List<String> allowedSans,
    String minVersion,
    String maxVersion,
    List<String> cipherSuites,
    List<String> namedGroups,
    boolean serverChooses) {
  static final String TLS12 = "TLSv1.2";
  static final String TLS13 = "TLSv1.3";

  TlsSettings {
    allowedSans = List.copyOf(allowedSans);
    cipherSuites = List.copyOf(cipherSuites);
    namedGroups = List.copyOf(namedGroups);
  }

  static TlsSettings of(TlsFiles files) {
    return new TlsSettings(
        new Pem.InFile("-tls-cert-file", files.certificate()),
        new Pem.InFile("-tls-key-file", files.key()),
        null,
        ClientAuth.NONE,
        List.of(),
        files.minVersion().protocol(),
        TLS13,
        files.cipherSuites(),
        List.of(),
        true);
  }

  List<String> versions() {
    return minVersion.equals(maxVersion) ? List.of(minVersion) : List.of(TLS12, TLS13);
  }

  /** Whether clients must present a certificate, by Go's names ({@code tls.ClientAuthType}). */
  enum ClientAuth {
    NONE,
    REQUEST,
    REQUIRE_ANY,
    VERIFY_IF_GIVEN,
    REQUIRE_AND_VERIFY;

    boolean verifies() {
      return this == VERIFY_IF_GIVEN || this == REQUIRE_AND_VERIFY;
    }

    boolean requires() {
      return this == REQUIRE_ANY || this == REQUIRE_AND_VERIFY;
    }
  }
}
