package io.katamonitor.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates and keys of every kind, made by openssl. */
final class TestCertificates {
  private static final String SCRIPT =
      """
      ec() { openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out $1; }
      issue() { # name, key, ca, subjectAltName
        openssl req -new -key $2 -subj "/CN=$1" -out $1.csr
        printf 'subjectAltName=%s\\n' "$4" > $1.ext
        openssl x509 -req -in $1.csr -CA $3.crt -CAkey $3.key -CAcreateserial -days 2 \\
          -extfile $1.ext -out $1.crt
      }
      authority() {
        ec $1.key
        openssl req -x509 -new -key $1.key -subj "/CN=$1" -days 2 -out $1.crt
      }
      authority ca
      authority other-ca
      ec server.key
      issue server server.key ca "DNS:localhost,IP:127.0.0.1"
      cat server.crt ca.crt > server-chain.crt
      openssl ec -in server.key -out server-sec1.key
      ec renewed.key
      issue renewed renewed.key ca "DNS:localhost,IP:127.0.0.1"
      openssl genrsa -out rsa-pkcs8.key 2048
      issue rsa rsa-pkcs8.key ca "DNS:localhost"
      openssl rsa -in rsa-pkcs8.key -traditional -out rsa-pkcs1.key
      openssl rsa -in rsa-pkcs8.key -traditional -aes128 -passout pass:x -out encrypted-pkcs1.key
      openssl pkcs8 -topk8 -in server.key -passout pass:x -out encrypted.key
      openssl genpkey -algorithm ed25519 -out ed25519.key
      issue ed25519 ed25519.key ca "DNS:localhost"
      ec client.key
      issue alice client.key ca "DNS:alice,email:alice@example.org,URI:spiffe://node/alice,IP:10.0.0.1,IP:fd00::1"
      issue bob client.key ca "DNS:bob"
      issue mallory client.key other-ca "DNS:alice"
      head -5 server.crt > cut-off.crt
      printf -- '-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\\n' > garbage.crt
      """;

  private TestCertificates() {}

  static void makeIn(Path folder) throws IOException, InterruptedException {
    var made = Shell.run(folder, SCRIPT);
    if (made.code() != 0) {
      throw new IOException("openssl failed: " + made.output());
    }
  }

  /** A client's context that trusts the authority. */
  static SSLContext trusting(Path authority) throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (var certificate = Files.newInputStream(authority)) {
      store.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(certificate));
    }
    var factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }
}
