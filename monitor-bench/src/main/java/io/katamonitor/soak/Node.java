package io.katamonitor.soak;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A simulated node in a separate process, controlled by commands. One thread changes it; any thread
 * may read the pods.
 */
public final class Node implements AutoCloseable {
  private final Path directory;
  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader responses;
  private final Map<String, Pod> pods = new ConcurrentHashMap<>();
  private final List<Pod> living = new ArrayList<>();
  private int added;

  private Node(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
    this.responses = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts one without sandboxes.
   *
   * @param home of the project, which is built
   */
  public static Node start(Path home, long seed) throws IOException {
    // Short: the path of a socket below a 64-digit id must stay under 108 bytes.
    var directory = Files.createDirectory(Path.of("/tmp", "ks" + System.nanoTime() % 1_000_000));
    var command =
        List.of(
            home.resolve("bin/simulated-node").toString(),
            "--commands",
            "--dir",
            directory.toString(),
            "--sandboxes",
            "0",
            "--seed",
            Long.toString(seed));
    // gRPC logs to standard error which calls the monitor has abandoned.
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    var node = new Node(directory, process);
    var ready = node.responses.readLine();
    if (ready == null || !ready.startsWith("ready")) {
      node.close();
      throw new IOException("the simulated node does not start: " + ready);
    }
    return node;
  }

  /** The monitor's flags for this node. */
  List<String> flags() {
    return List.of(
        "-sandboxes-path=" + directory.resolve("vc/sbs"),
        "-sandboxes-path=" + directory.resolve("kata"),
        "-runtime-endpoint=" + directory.resolve("cri.sock"));
  }

  private String tell(String command) {
    try {
      commands.write(command);
      commands.newLine();
      commands.flush();
      var response = responses.readLine();
      if (response == null || response.startsWith("error")) {
        throw new IllegalStateException("the simulated node to \"" + command + "\": " + response);
      }
      return response;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds healthy sandboxes: one in five is runtime-rs's. */
  public void add(int count) {
    for (int i = 0; i < count; i++) {
      var pod = new Pod(tell(added % 5 == 4 ? "add runtime-rs" : "add go"));
      added++;
      pods.put(pod.id(), pod);
      living.add(pod);
    }
  }

  void remove(Pod pod) {
    pod.ending();
    tell("remove " + pod.id());
    pod.ended();
    living.remove(pod);
  }

  /** Gives a sandbox a fault that makes its scrapes fail. */
  void fail(Pod pod, String fault) {
    pod.failing(fault);
    tell("fault " + pod.id() + " " + fault);
  }

  /** Makes the first living sandboxes fail permanently. */
  public void failFirst(int count, String fault) {
    living.subList(0, count).forEach(pod -> fail(pod, fault));
  }

  /** Gives a sandbox a fault with which it still responds in time, whole. */
  void slow(Pod pod, String fault) {
    tell("fault " + pod.id() + " " + fault);
  }

  void heal(Pod pod, boolean mayHaveTimedOut) {
    tell("fault " + pod.id() + " none");
    pod.healed(mayHaveTimedOut);
  }

  /** The living sandboxes, oldest first; for the thread that changes the node. */
  List<Pod> living() {
    return living;
  }

  int added() {
    return added;
  }

  /** A sandbox, living or removed. */
  @Nullable Pod pod(String id) {
    return pods.get(id);
  }

  /**
   * The sandboxes that a scrape starting now must contain, with the time since when they are
   * healthy.
   */
  public Map<Pod, Long> well() {
    long now = System.nanoTime();
    var well = new ConcurrentHashMap<Pod, Long>();
    for (var pod : pods.values()) {
      long since = pod.wellSince();
      if (pod.isWell(now)) {
        well.put(pod, since);
      }
    }
    return well;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      try (var all = Files.walk(directory)) {
        for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
