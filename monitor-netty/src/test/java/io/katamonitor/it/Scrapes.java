package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.RunningDaemon;
import io.katamonitor.server.RawClient;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The daemon over a simulated node, scraped as Prometheus scrapes it. */
final class Scrapes implements AutoCloseable {
  /** Number of samples of a healthy simulated shim. */
  static final int SAMPLES = 1140;

  static {
    // The first scrape of a process loads its classes: a second is no time for that on a busy
    // machine.
    try (var node = SimulatedNode.start()) {
      node.addSandboxes(3, Layout.GO);
      try (var daemon = SimulatedNodes.watch(node)) {
        daemon.get("/metrics");
        daemon.get("/metrics");
      }
    } catch (Exception e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final RunningDaemon daemon;

  Scrapes(SimulatedNode node, String... flags) throws Exception {
    daemon = SimulatedNodes.watch(node, flags);
  }

  /** The lines of a response. */
  record Scrape(List<String> lines) {
    /** Samples of a sandbox that its shim sent. */
    long samples(String id) {
      return lines.stream()
          .filter(line -> !line.startsWith("kata_monitor_") && !line.startsWith("kata_pod_"))
          .filter(line -> line.contains(id(id)))
          .count();
    }

    /** The reasons for which it has ever failed. */
    List<String> failures(String id) {
      return lines.stream()
          .filter(line -> line.startsWith("kata_monitor_sandbox_scrape_failures_total{"))
          .filter(line -> line.contains(id(id)))
          .map(line -> line.replaceAll(".*reason=\"([a-z_]+)\".*", "$1"))
          .toList();
    }

    /** The value of the family's sample that has this in its labels; empty where there is none. */
    String value(String family, String label) {
      return lines.stream()
          .filter(line -> line.startsWith(family + "{") || line.startsWith(family + " "))
          .filter(line -> line.contains(label))
          .map(line -> line.substring(line.lastIndexOf(' ') + 1))
          .findFirst()
          .orElse("");
    }

    /** Whether each of its samples has these labels. */
    boolean allLabelled(String id, String labels) {
      return lines.stream()
          .filter(line -> line.contains(id(id)))
          .allMatch(line -> line.contains(labels));
    }

    private static String id(String id) {
      return "sandbox_id=\"" + id + "\"";
    }
  }

  /** A scrape with a timeout of three seconds, which it takes where a shim hangs. */
  Scrape next() throws IOException, InterruptedException {
    return scrape(3);
  }

  /** The same in a thread of its own. */
  CompletableFuture<Scrape> begin(int timeoutSeconds) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return scrape(timeoutSeconds);
          } catch (IOException | InterruptedException e) {
            throw new CompletionException(e);
          }
        },
        Thread::startVirtualThread);
  }

  private Scrape scrape(int timeoutSeconds) throws IOException, InterruptedException {
    var response =
        daemon.get("/metrics", "X-Prometheus-Scrape-Timeout-Seconds", "" + timeoutSeconds);
    assertThat(response.statusCode()).isEqualTo(200);
    return new Scrape(response.body().lines().toList());
  }

  RunningDaemon daemon() {
    return daemon;
  }

  RawClient client() throws IOException {
    return new RawClient(daemon.port());
  }

  /** The response of a path, with any status. */
  String get(String path) {
    try {
      return daemon.get(path).body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(path, e);
    }
  }

  boolean isListed(String id) {
    return get("/sandboxes").lines().anyMatch(id::equals);
  }

  @Override
  public void close() {
    daemon.close();
  }
}
