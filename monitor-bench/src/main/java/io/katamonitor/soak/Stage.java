package io.katamonitor.soak;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A simulated node and its monitor; ended by {@link #close}, or by an orderly end of this process,
 * such as Ctrl-C.
 */
final class Stage implements AutoCloseable {
  private final Path home;
  private final List<String> jvmFlags;
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final Thread atExit = new Thread(this::end);
  private final Node node;

  Stage(Path home, long seed, List<String> jvmFlags) throws IOException {
    this.home = home;
    this.jvmFlags = jvmFlags;
    Runtime.getRuntime().addShutdownHook(atExit);
    node = Node.start(home, seed);
    started.push(node);
  }

  Node node() {
    return node;
  }

  Monitor startMonitor() throws IOException, InterruptedException {
    var monitor = Monitor.start(home, node, List.of(), jvmFlags);
    synchronized (started) {
      started.push(monitor);
    }
    monitor.awaitListening();
    return monitor;
  }

  private void end() {
    synchronized (started) {
      while (!started.isEmpty()) {
        try {
          started.pop().close();
        } catch (Exception e) {
          System.err.println("soak: " + e);
        }
      }
    }
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The shutdown hook is running already.
    }
  }
}
