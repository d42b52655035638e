package io.katamonitor.tls;

import io.katamonitor.log.Log;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's TLS with one certificate and one set of rules, ready for connections. Immutable.
 *
 * <p>Not BoringSSL (netty-tcnative): it needs 6 MB more resident memory when idle, 80 ms more CPU
 * at the start, and a native library in the image. Its advantage: it encrypts a response of 1.2 MB
 * in 4 ms; the JDK takes 33 ms, as its AES is Java code compiled by C1.
 */
final class TlsContext {
  private static final Log LOG = Log.of(TlsContext.class);

  /** Size of the session cache: enough for all scrapers of a node; the JDK's default is 20,480. */
  private static final int SESSIONS = 256;

  private static final char[] PASSWORD = "in memory only".toCharArray();

  static {
    // A client could otherwise keep the processor busy by renegotiating.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    // There is one certificate, so the server name that a client sends is not needed. The JDK would
    // abort the handshake if it is not a valid DNS name: kata_monitor has an underscore.
    System.setProperty("jdk.tls.server.disableExtensions", "server_name");
  }

  private final SSLContext context;
  private final SSLParameters parameters;

  private TlsContext(SSLContext context, SSLParameters parameters) {
    this.context = context;
    this.parameters = parameters;
  }

  /** Reads the files of the settings, and checks that key and certificates match. Blocks. */
  static TlsContext of(TlsSettings settings) throws SecuritySetupException {
    var chain = certificates(settings.certificate());
    var key = KeyPem.parse(settings.key().read(), settings.key().name());
    if (!belong(key, chain.getFirst())) {
      throw new SecuritySetupException(
          settings.key().name() + " is not the key of the certificate");
    }
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(keyManagers(key, chain), new TrustManager[] {clients(settings)}, null);
      context.getServerSessionContext().setSessionCacheSize(SESSIONS);
      return new TlsContext(context, parameters(context, settings));
    } catch (GeneralSecurityException | IOException e) {
      throw new SecuritySetupException("TLS cannot be set up: " + e.getMessage());
    }
  }

  /**
   * The handler of a new connection.
   *
   * @param executor runs the costly parts of a handshake
   */
  SslHandler handler(Executor executor) {
    var engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    engine.setSSLParameters(parameters);
    return new Handler(engine, executor);
  }

  private static final class Handler extends SslHandler {
    Handler(SSLEngine engine, Executor executor) {
      super(engine, executor);
      setCumulator(TlsInput.INSTANCE);
    }

    /**
     * What fails on another thread after the connection was closed, Netty would log as a warning.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
      if (ctx.isRemoved()) {
        LOG.debug("a handshake failed after its connection was closed", "error", cause);
      } else {
        super.exceptionCaught(ctx, cause);
      }
    }
  }

  private static SSLParameters parameters(SSLContext context, TlsSettings settings)
      throws SecuritySetupException {
    var parameters = context.getDefaultSSLParameters();
    parameters.setProtocols(settings.versions().toArray(String[]::new));
    parameters.setUseCipherSuitesOrder(settings.serverChooses());
    if (!settings.cipherSuites().isEmpty()) {
      parameters.setCipherSuites(suites(context, settings.cipherSuites()));
    }
    if (!settings.namedGroups().isEmpty()) {
      parameters.setNamedGroups(settings.namedGroups().toArray(String[]::new));
    }
    switch (settings.clientAuth()) {
      case NONE -> {}
      case REQUEST, VERIFY_IF_GIVEN -> parameters.setWantClientAuth(true);
      case REQUIRE_ANY, REQUIRE_AND_VERIFY -> parameters.setNeedClientAuth(true);
    }
    return parameters;
  }

  /** The configured suites, and all of TLS 1.3, which cannot be configured, as in Go. */
  private static String[] suites(SSLContext context, List<String> configured)
      throws SecuritySetupException {
    var supported = Set.of(context.getSupportedSSLParameters().getCipherSuites());
    var suites = new LinkedHashSet<String>();
    for (var suite : configured) {
      if (!supported.contains(suite)) {
        throw new SecuritySetupException(
            "tls_server_config.cipher_suites: cipher suite \""
                + suite
                + "\" is unknown, or too weak for this Java");
      }
      suites.add(suite);
    }
    for (var suite : supported) {
      if (suite.startsWith("TLS_AES_") || suite.startsWith("TLS_CHACHA20_")) {
        suites.add(suite);
      }
    }
    return suites.toArray(String[]::new);
  }

  private static javax.net.ssl.KeyManager[] keyManagers(PrivateKey key, List<X509Certificate> chain)
      throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("JKS");
    store.load(null, null);
    store.setKeyEntry("server", key, PASSWORD, chain.toArray(X509Certificate[]::new));
    var factory = KeyManagerFactory.getInstance("SunX509");
    factory.init(store, PASSWORD);
    return factory.getKeyManagers();
  }

  private static ClientCertificates clients(TlsSettings settings)
      throws SecuritySetupException, GeneralSecurityException, IOException {
    return new ClientCertificates(
        settings.clientAuth().verifies() ? authorities(settings.clientCa()) : null,
        settings.allowedSans());
  }

  private static X509ExtendedTrustManager authorities(@Nullable Pem clientCa)
      throws SecuritySetupException, GeneralSecurityException, IOException {
    KeyStore store = null;
    if (clientCa != null) {
      store = KeyStore.getInstance("JKS");
      store.load(null, null);
      int number = 0;
      for (var certificate : certificates(clientCa)) {
        store.setCertificateEntry("ca" + number++, certificate);
      }
    }
    var factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    for (var manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager found) {
        return found;
      }
    }
    throw new SecuritySetupException("this Java cannot verify certificates");
  }

  private static List<X509Certificate> certificates(Pem pem) throws SecuritySetupException {
    var found = new ArrayList<X509Certificate>();
    try {
      var factory = CertificateFactory.getInstance("X.509");
      for (var block : PemBlock.parse(pem.read(), pem.name())) {
        if (block.label().equals("CERTIFICATE")) {
          found.add(
              (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
        }
      }
    } catch (CertificateException e) {
      throw new SecuritySetupException(pem.name() + " has a certificate that cannot be read");
    }
    if (found.isEmpty()) {
      throw new SecuritySetupException(pem.name() + " has no certificate in it");
    }
    return found;
  }

  /** Whether key and certificate match: signs some bytes and verifies the signature. */
  private static boolean belong(PrivateKey key, X509Certificate certificate) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    try {
      byte[] data = {1, 2, 3};
      var signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(data);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(data);
      return signature.verify(signed);
    } catch (GeneralSecurityException ofAnotherKind) {
      return false;
    }
  }
}
