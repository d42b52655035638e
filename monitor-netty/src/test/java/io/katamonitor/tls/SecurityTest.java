package io.katamonitor.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.config.TlsFiles;
import io.katamonitor.server.RequestObserver;
import io.katamonitor.server.Router;
import io.katamonitor.server.RunningServer;
import io.katamonitor.server.ServerLimits;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server with TLS and users, with curl and openssl as clients. */
@Tag("system")
class SecurityTest extends SecurityTestCase {
  @ParameterizedTest
  @CsvSource({
    "server.crt, server.key",
    "server.crt, server-sec1.key",
    "rsa.crt, rsa-pkcs1.key",
    "rsa.crt, rsa-pkcs8.key",
    "ed25519.crt, ed25519.key",
  })
  void flagsServeTlsWithEveryKindOfKey(String certificate, String key) throws Exception {
    var files =
        new TlsFiles(
            folder.resolve(certificate), folder.resolve(key), TlsFiles.Version.TLS12, List.of());
    int port = serve(ConfiguredSecurity.of(files));
    assertThat(curl("--cacert ca.crt " + url("https", port))).isEqualTo("200");
    assertThat(curl(url("https", port))).isEqualTo("000");
    assertThat(curl(url("http", port))).isEqualTo("400");
  }

  @Test
  void largeResponseIsComplete() throws Exception {
    int port = serve(TLS);
    assertThat(
            Shell.run(
                    folder, "curl -s --cacert ca.crt https://localhost:" + port + "/large | wc -c")
                .output()
                .strip())
        .isEqualTo("8388608");
  }

  @ParameterizedTest
  @CsvSource({
    "max_version: TLS12, -tls1_3, false",
    "max_version: TLS12, -tls1_2, true",
    "min_version: TLS13, -tls1_2, false",
    "min_version: TLS13, -tls1_3, true",
    "cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384], -tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256, false",
    "cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384], -tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384, true",
    "cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384], -tls1_3, true",
    "curve_preferences: [CurveP384], -groups P-256, false",
    "curve_preferences: [CurveP384], -groups P-384, true",
    "curve_preferences: [X25519], -groups X25519, true",
    "min_version: TLS12, -tls1_1 -cipher ALL:@SECLEVEL=0, false",
  })
  void handshakeHoldsToTheSettings(String setting, String arguments, boolean succeeds)
      throws Exception {
    int port = serve(TLS + "  " + setting + "\n");
    assertThat(client(arguments, port).contains("Cipher is (NONE)")).isEqualTo(!succeeds);
  }

  @Test
  void certificateChainIsSent() throws Exception {
    int port = serve(TLS.replace("server.crt", "server-chain.crt"));
    assertThat(client("-showcerts", port)).contains("s:CN = server", "s:CN = ca");
  }

  @ParameterizedTest
  @CsvSource({
    "RequestClientCert, '', 200",
    "RequestClientCert, mallory, 200",
    "RequireAnyClientCert, '', 000",
    "RequireAnyClientCert, mallory, 200",
    "VerifyClientCertIfGiven, '', 200",
    "VerifyClientCertIfGiven, alice, 200",
    "VerifyClientCertIfGiven, mallory, 000",
    "RequireAndVerifyClientCert, '', 000",
    "RequireAndVerifyClientCert, alice, 200",
    "RequireAndVerifyClientCert, mallory, 000",
  })
  void clientCertificateIsRequestedAsConfigured(String type, String who, String code)
      throws Exception {
    int port = serve(TLS + "  client_auth_type: " + type + "\n  client_ca_file: ca.crt\n");
    String certificate = who.isEmpty() ? "" : " --cert " + who + ".crt --key client.key ";
    assertThat(curl("--cacert ca.crt" + certificate + " " + url("https", port))).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "alice, alice, 200",
    "alice@example.org, alice, 200",
    "spiffe://node/alice, alice, 200",
    "10.0.0.1, alice, 200",
    "fd00:0::1, alice, 200",
    "bob, alice, 000",
    "alice, bob, 000",
    "alice, mallory, 000",
  })
  void clientsNameMustBeAllowed(String allowed, String who, String code) throws Exception {
    int port =
        serve(
            TLS
                + "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ca.crt\n"
                + "  client_allowed_sans: ['"
                + allowed
                + "']\n");
    assertThat(
            curl("--cacert ca.crt --cert " + who + ".crt --key client.key " + url("https", port)))
        .isEqualTo(code);
  }

  @Test
  void onlyKnownUsersAreServed() throws Exception {
    int port = serve(users("secret") + users("b").replace("basic_auth_users:\n  alice", "  bob"));
    String url = url("http", port);
    for (int round = 0; round < 2; round++) { // The second one from memory.
      assertThat(curl("-u alice:secret " + url)).isEqualTo("200");
      assertThat(curl("-u bob:b " + url)).isEqualTo("200");
      assertThat(curl("-u alice:b " + url)).isEqualTo("401");
      assertThat(curl("-u alice: " + url)).isEqualTo("401");
      assertThat(curl("-u mallory:secret " + url)).isEqualTo("401");
      assertThat(curl(url)).isEqualTo("401");
    }
    assertThat(curl("-u alice:secret http://localhost:" + port + "/nowhere")).isEqualTo("404");
    assertThat(curl("http://localhost:" + port + "/nowhere")).isEqualTo("401");
    assertThat(Shell.run(folder, "curl -si " + url).output())
        .contains("WWW-Authenticate: Basic realm=\"kata-monitor\"");
  }

  @ParameterizedTest
  @CsvSource({"Bearer x", "Basic", "Basic !!!", "Basic YWxpY2U=", "Basicx YWxpY2U6c2VjcmV0"})
  void invalidCredentialsAreRejected(String authorization) throws Exception {
    int port = serve(users("secret"));
    assertThat(curl("-H 'Authorization: " + authorization + "' " + url("http", port)))
        .isEqualTo("401");
  }

  @Test
  void fieldsAreOnEveryResponse() throws Exception {
    int port =
        serve(
            """
            http_server_config:
              headers:
                X-Frame-Options: deny
                X-Content-Type-Options: nosniff
                Content-Security-Policy: default-src 'none'
            """);
    for (var path : List.of("hello", "nowhere")) {
      assertThat(Shell.run(folder, "curl -si http://localhost:" + port + "/" + path).output())
          .contains("X-Frame-Options: deny", "Content-Security-Policy: default-src 'none'")
          .containsOnlyOnce("X-Content-Type-Options: nosniff");
    }
  }

  @Test
  void clientWithoutAHandshakeIsClosed() throws Exception {
    Files.writeString(config, TLS);
    var limits =
        new ServerLimits(
            512,
            Duration.ofMillis(300),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10));
    server =
        new RunningServer(
            new Router(), limits, RequestObserver.NONE, ConfiguredSecurity.of(config));
    try (var client = server.client()) {
      assertThat(client.isClosedByServer()).isTrue();
    }
  }
}
