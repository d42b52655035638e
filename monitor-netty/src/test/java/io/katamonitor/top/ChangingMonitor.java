package io.katamonitor.top;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Serves a document that changes, and may stop and start again on its port. */
final class ChangingMonitor implements AutoCloseable {
  private volatile SandboxesDocument document;
  private volatile @Nullable SandboxesDocument following;
  private @Nullable HttpServer server;
  private int port;

  private ChangingMonitor(SandboxesDocument document) {
    this.document = document;
  }

  static ChangingMonitor start(SandboxesDocument document) throws IOException {
    var monitor = new ChangingMonitor(document);
    monitor.restart();
    return monitor;
  }

  /** Starts serving; the first time on a port that the kernel chooses. */
  void restart() throws IOException {
    var started =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    started.createContext(
        "/sandboxes",
        exchange -> {
          var bytes = document.bytes();
          document = following == null ? document : following;
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    started.start();
    port = started.getAddress().getPort();
    server = started;
  }

  void show(SandboxesDocument newest) {
    document = newest;
  }

  void showAfterNextResponse(SandboxesDocument next) {
    following = next;
  }

  void stop() {
    if (server != null) {
      server.stop(0);
      server = null;
    }
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public void close() {
    stop();
  }
}
