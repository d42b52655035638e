package io.katamonitor.tls;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.katamonitor.RunningDaemon;
import io.katamonitor.sim.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus with one job that has the CA and a password, and one that does not. */
@Tag("system")
class PrometheusOverTlsTest {
  @TempDir Path folder;

  @Test
  void prometheusScrapesWithACaAndAPassword() throws Exception {
    TestCertificates.copyTo(folder);
    var config = folder.resolve("web.yml");
    Files.writeString(
        config,
        """
        tls_server_config:
          cert_file: server.crt
          key_file: server.key
        basic_auth_users:
          prometheus: %s
        """
            .formatted(BCrypt.with(BCrypt.Version.VERSION_2Y).hashToString(6, "pw".toCharArray())));
    try (var daemon =
        RunningDaemon.start(
            "-web-config-file", config.toString(), "-sandboxes-path", folder + "/sbs")) {
      int port = FreePort.find();
      var prometheus = prometheus(port, daemon.port());
      try {
        assertThat(targets(port)).contains("server returned HTTP status 401", "\"health\":\"up\"");
      } finally {
        prometheus.destroy();
        prometheus.waitFor(30, TimeUnit.SECONDS);
      }
    }
  }

  private Process prometheus(int port, int scraped) throws IOException {
    String job =
        """
          - job_name: %s
            scheme: https
            tls_config: {ca_file: %s, server_name: localhost}
            static_configs: [{targets: ['127.0.0.1:%d']}]
        """;
    Files.writeString(
        folder.resolve("prometheus.yml"),
        "global: {scrape_interval: 500ms, scrape_timeout: 500ms}\nscrape_configs:\n"
            + job.formatted("known", folder.resolve("ca.crt"), scraped)
            + "    basic_auth: {username: prometheus, password: pw}\n"
            + job.formatted("stranger", folder.resolve("ca.crt"), scraped));
    return new ProcessBuilder(
            "prometheus",
            "--config.file=prometheus.yml",
            "--storage.tsdb.path=data",
            "--web.listen-address=127.0.0.1:" + port)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("prometheus.log").toFile())
        .start();
  }

  /** The targets as Prometheus sees them, once it has scraped both. */
  private String targets(int port) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    String seen = "";
    while (System.nanoTime() < deadline) {
      seen =
          Shell.run(folder, "curl -s -m 2 http://127.0.0.1:" + port + "/api/v1/targets || true")
              .output();
      if (seen.contains("\"health\":\"up\"") && seen.contains("status 401")) {
        return seen;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    return seen;
  }
}
