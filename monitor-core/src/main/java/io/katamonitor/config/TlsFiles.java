package io.katamonitor.config;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * TLS as the {@code tls-*} flags ask for it.
 *
 * @param certificate PEM, the server's first and its chain behind it
 * @param key PEM, not encrypted
 * @param lowest the oldest version that is spoken
 * @param cipherSuites IANA names, for TLS 1.2 only as Go has it; empty for the default ones
 */
public record TlsFiles(Path certificate, Path key, Version lowest, List<String> cipherSuites) {
  public TlsFiles {
    cipherSuites = List.copyOf(cipherSuites);
  }

  /** The names in a list with commas between; the secure suites of this Java only. */
  static List<String> parseCipherSuites(String text) {
    var known = knownCipherSuites();
    var suites = new ArrayList<String>();
    for (var part : text.split(",", -1)) {
      var suite = part.strip();
      if (!known.contains(suite)) {
        throw new IllegalArgumentException(
            "expected IANA names of secure cipher suites with commas between, as in "
                + "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
      }
      suites.add(suite);
    }
    return suites;
  }

  private static Set<String> knownCipherSuites() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[0], new TrustManager[0], null);
      return Set.of(context.getSupportedSSLParameters().getCipherSuites());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // Every Java speaks TLS.
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

    /** {@code VersionTLS12} as Kubernetes spells it, {@code TLS12} as Prometheus does. */
    static Version parse(String text) {
      return switch (text) {
        case "VersionTLS12", "TLS12", "1.2" -> TLS12;
        case "VersionTLS13", "TLS13", "1.3" -> TLS13;
        default -> throw new IllegalArgumentException("expected VersionTLS12 or VersionTLS13");
      };
    }

    @Override
    public String toString() {
      return "Version" + name();
    }
  }
}
