package io.katamonitor.endpoint;

import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.server.Router;
import io.katamonitor.shim.EpollShimClient;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** A shim's socket whose behaviour on each connection is scripted by the test, byte by byte. */
public final class ScriptedShim implements AutoCloseable {
  /** The behaviour on one connection, after the request's head. */
  public interface Script {
    void play(SocketChannel connection) throws IOException;
  }

  /** The heads of the received requests. */
  public final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

  /** One entry for each connection that the client closed. */
  public final BlockingQueue<String> closed = new LinkedBlockingQueue<>();

  private final ServerSocketChannel listener =
      ServerSocketChannel.open(StandardProtocolFamily.UNIX);

  public ScriptedShim() throws IOException {}

  public void listen(Path socket, Script script) throws IOException {
    listener.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofPlatform().daemon().start(() -> accept(script));
  }

  /** Sandboxes of these ids with directories in {@code root}. */
  static SandboxRegistry registry(Path root, String... ids) throws IOException {
    var registry = new SandboxRegistry();
    for (var id : ids) {
      var directory = Files.createDirectory(root.resolve(id));
      registry.add(new Sandbox(new SandboxId(id), ShimRuntime.GO, directory, null, Pod.UNKNOWN));
    }
    return registry;
  }

  /** All proxied paths. */
  static Router router(EventLoop loop, SandboxParameter parameter, Duration limit) {
    var proxies = new ShimProxies(new EpollShimClient(loop));
    var router =
        new Router()
            .add("/agent-url", "agent-url", new AgentUrlEndpoint(parameter, proxies, limit));
    new DebugEndpoint(parameter, proxies, limit).addTo(router);
    return router;
  }

  public static Script responding(String response) {
    return connection -> send(connection, response);
  }

  public static void send(SocketChannel connection, String bytes) throws IOException {
    connection.write(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.UTF_8)));
  }

  /** Waits within a script for the test. */
  public static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void accept(Script script) {
    try {
      while (true) {
        var connection = listener.accept();
        Thread.ofPlatform().daemon().start(() -> serve(connection, script));
      }
    } catch (IOException end) {
      // The test is over.
    }
  }

  private void serve(SocketChannel connection, Script script) {
    try (connection) {
      requests.add(readHead(connection));
      script.play(connection);
    } catch (IOException gone) {
      closed.add("while writing");
    }
  }

  /** Waits until the client has closed. */
  public void awaitClose(SocketChannel connection) throws IOException {
    while (connection.read(ByteBuffer.allocate(1_024)) >= 0) {}
    closed.add("while idle");
  }

  static String readHead(SocketChannel connection) throws IOException {
    return read(connection, text -> text.endsWith("\r\n\r\n"));
  }

  static String read(SocketChannel connection, java.util.function.Predicate<String> enough)
      throws IOException {
    var text = new StringBuilder();
    var one = ByteBuffer.allocate(1);
    while (!enough.test(text.toString())) {
      if (connection.read(one.clear()) < 0) {
        throw new IOException("the request ends after " + text);
      }
      text.append((char) one.get(0));
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
