package io.katamonitor.endpoint;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.server.RawClient;
import io.katamonitor.server.RequestObserver;
import io.katamonitor.server.Router;
import io.katamonitor.server.RunningServer;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server that passes requests on to one scripted shim. */
abstract class ShimProxyTestCase {
  static final String ID = "box1";
  static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir Path root;
  SandboxParameter parameter;
  RunningServer server;
  ScriptedShim shim;
  final BlockingQueue<String> began = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() throws IOException {
    shim = new ScriptedShim();
    parameter = new SandboxParameter(ScriptedShim.registry(root, ID));
    server = new RunningServer(loop -> router(loop, LIMIT), observer());
  }

  Router router(EventLoop loop, Duration limit) {
    return ScriptedShim.router(loop, parameter, limit);
  }

  RequestObserver observer() {
    return new RequestObserver() {
      @Override
      public void began(String handler) {
        began.add(handler);
      }

      @Override
      public void ended(String handler, int code, long durationNanos) {}
    };
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    shim.close();
  }

  ScriptedShim shim(ScriptedShim.Script script) throws IOException {
    shim.listen(root.resolve(ID).resolve(Sandbox.SOCKET_NAME), script);
    return shim;
  }

  RawClient.Reply get(String target) throws IOException {
    try (var client = server.client()) {
      return client.get(target).reply();
    }
  }

  static String ok(String headers, String body) {
    return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }
}
