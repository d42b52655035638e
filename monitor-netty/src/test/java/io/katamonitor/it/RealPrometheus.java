package io.katamonitor.it;

import io.katamonitor.sim.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/** Debian's Prometheus, with a configuration, a database and a port of its own. */
final class RealPrometheus implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern VALUE = Pattern.compile("\"value\":\\[[0-9.]+,\"([^\"]*)\"\\]");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Process process;
  private final int port;

  private RealPrometheus(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it.
   *
   * @param scrapeConfiguration one item of {@code scrape_configs}, as YAML
   */
  static RealPrometheus start(Path folder, String scrapeConfiguration) throws IOException {
    return start(folder, scrapeConfiguration, List.of());
  }

  /** Starts it with rules, which it evaluates each second. */
  static RealPrometheus start(Path folder, String scrapeConfiguration, List<Path> rules)
      throws IOException {
    Tool.require("prometheus");
    var configuration = folder.resolve("prometheus.yml");
    Files.writeString(
        configuration,
        """
        global:
          scrape_interval: 1s
          scrape_timeout: 1s
          evaluation_interval: 1s
        rule_files: %s
        scrape_configs:
        """
                .formatted(rules)
            + scrapeConfiguration.indent(2));
    int port = FreePort.find();
    var process =
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--enable-feature=extra-scrape-metrics",
                "--log.level=warn")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
    return new RealPrometheus(process, port);
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Waits until a query has one result, and its value is the one expected. */
  void awaitValue(String query, String expected) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    String response = "";
    while (System.nanoTime() < deadline) {
      try {
        response = query(query);
        var value = VALUE.matcher(response);
        if (value.find() && value.group(1).equals(expected) && !value.find()) {
          return;
        }
      } catch (IOException e) {
        response = String.valueOf(e);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new AssertionError(query + " is never " + expected + " but " + response);
  }

  /**
   * Whether a condition becomes true in time. Checked twice a second: Prometheus scrapes and
   * evaluates each second.
   */
  static boolean isTrueWithin(int seconds, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(500);
    }
    return true;
  }

  /** Whether a query has a result; false as well while it starts. */
  boolean hasResult(String query) {
    try {
      return query(query).contains("\"value\"");
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The response of its HTTP API, as JSON. */
  String query(String query) throws IOException, InterruptedException {
    var encoded = URLEncoder.encode(query, StandardCharsets.UTF_8);
    var uri = URI.create(url() + "/api/v1/query?query=" + encoded);
    var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
