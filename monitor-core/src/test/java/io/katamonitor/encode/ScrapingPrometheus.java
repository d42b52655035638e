package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A real Prometheus that scrapes each of some responses as a separate target, every second. */
final class ScrapingPrometheus implements AutoCloseable {
  /** Makes Prometheus 2.42 request protobuf, for which it has no separate setting. */
  static final String PROTOBUF = "--enable-feature=native-histograms";

  /** A scraped target. */
  interface Target {
    /**
     * The response to a scrape; called by several threads, for one target by one at a time.
     *
     * @param accept the format that Prometheus prefers
     */
    byte[] respond(ResponseFormat accept);
  }

  private static final Pattern HEALTH =
      Pattern.compile("\"lastError\":\"((?:[^\"\\\\]|\\\\.)*)\"[^{}]*\"health\":\"(\\w+)\"");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Path directory;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Process prometheus;
  private final String address;
  private final int count;
  private final Map<String, Semaphore> scrapes = new HashMap<>();

  /**
   * @param responses texts by their names
   */
  static ScrapingPrometheus ofTexts(Map<String, String> responses) throws IOException {
    var targets = new TreeMap<String, Target>();
    responses.forEach((name, text) -> targets.put(name, accept -> text.getBytes(ISO_8859_1)));
    return new ScrapingPrometheus(targets);
  }

  /**
   * @param targets by their names
   * @param flags of Prometheus
   */
  ScrapingPrometheus(Map<String, Target> targets, String... flags) throws IOException {
    count = targets.size();
    directory = Files.createTempDirectory("prometheus");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    var config = new StringBuilder("global: {scrape_interval: 1s, scrape_timeout: 1s}\n");
    config.append("scrape_configs:\n");
    targets.forEach((name, target) -> {
      var scraped = new Semaphore(0);
      scrapes.put(name, scraped);
      server.createContext(
          "/" + name,
          exchange -> {
            var requested =
                ResponseFormat.of(exchange.getRequestHeaders().getFirst("Accept"), null);
            byte[] bytes = target.respond(requested);
            exchange.getResponseHeaders().set("Content-Type", requested.contentType());
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
            scraped.release();
          });
      config.append("- {job_name: '").append(name).append("', metrics_path: '/").append(name);
      config.append("', static_configs: [{targets: ['127.0.0.1:");
      config.append(server.getAddress().getPort()).append("']}]}\n");
    });
    server.start();
    var file = Files.writeString(directory.resolve("prometheus.yml"), config);
    address = "127.0.0.1:" + freePort();
    var command =
        new ArrayList<>(
            List.of(
                "prometheus",
                "--config.file=" + file,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=" + address,
                "--log.level=error"));
    command.addAll(List.of(flags));
    prometheus =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
  }

  /** Waits until a target was scraped so many times more, and these scrapes are stored. */
  void awaitScrapes(String target, int times) throws InterruptedException {
    // Prometheus stores a scrape before it starts the next one of the target.
    var scraped = Objects.requireNonNull(scrapes.get(target));
    if (!scraped.tryAcquire(times + 1, LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("Prometheus does not scrape " + target);
    }
  }

  /** The result of an expression, as JSON. */
  String query(String expression) throws InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      return get(client, "/api/v1/query?query=" + URLEncoder.encode(expression, UTF_8));
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Errors about responses that it could not parse, once it has scraped all of them. */
  List<String> complaints() throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    try (var client = HttpClient.newHttpClient()) {
      while (System.nanoTime() < deadline) {
        int seen = 0;
        var complaints = new ArrayList<String>();
        for (var found = HEALTH.matcher(get(client, "/api/v1/targets?state=active"));
            found.find(); ) {
          seen += found.group(2).equals("unknown") ? 0 : 1;
          if (found.group(2).equals("down")) {
            complaints.add(found.group());
          }
        }
        if (seen == count) {
          return complaints;
        }
        Thread.sleep(100);
      }
    }
    throw new AssertionError("Prometheus has not scraped all of " + count + " targets");
  }

  /** Its samples that match the selector, as Prometheus text; empty if there are none. */
  String samples(String selector) throws InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      return get(client, "/federate?match%5B%5D=" + URLEncoder.encode(selector, UTF_8));
    }
  }

  private String get(HttpClient client, String path) throws InterruptedException {
    try {
      var request = HttpRequest.newBuilder(URI.create("http://" + address + path)).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString(ISO_8859_1)).body();
    } catch (IOException _) {
      return ""; // It is not listening yet.
    }
  }

  @Override
  public void close() throws IOException {
    prometheus.destroyForcibly().onExit().join();
    server.stop(0);
    threads.close();
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
