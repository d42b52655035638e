package io.katamonitor.shim;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.endpoint.ScriptedShim;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.scrape.FailureReason;
import io.katamonitor.scrape.ShimClient;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One attempt after the other, over real sockets. */
class EpollShimClientTest {
  @TempDir private Path root;
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final EventLoop loop = loops.next();
  private final EpollShimClient client = new EpollShimClient(loop);
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private ScriptedShim shim;
  private int reads;
  private ShimClient.@Nullable Connection connection;

  @BeforeEach
  void start() throws IOException {
    shim = new ScriptedShim();
  }

  @AfterEach
  void stop() throws IOException {
    shim.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private final class Receiver implements ShimClient.Receiver {
    private byte[] text = {};

    @Override
    public int maxBytes() {
      return 1 << 20;
    }

    @Override
    public void connected() {
      events.add("connected");
      requireNonNull(connection).sendRequest();
    }

    @Override
    public void connectFailed(ShimClient.ConnectFailure failure, String detail) {
      events.add(failure.name());
    }

    @Override
    public void responseBegan() {
      events.add("began");
    }

    @Override
    public int begin(int more) {
      reads++;
      text = new byte[more];
      return 0;
    }

    @Override
    public byte[] text() {
      return text;
    }

    @Override
    public void advance(int end, int count) {
      body.write(text, end - count, count);
    }

    @Override
    public void completed() {
      events.add("completed");
      requireNonNull(connection).close();
    }

    @Override
    public void rejected(FailureReason reason, String detail) {
      events.add("rejected " + reason.label());
    }

    @Override
    public void closed(String detail) {
      events.add("closed");
    }
  }

  private Path socket() {
    return root.resolve(Sandbox.SOCKET_NAME);
  }

  private void connect() throws Exception {
    var sandbox = new Sandbox(new SandboxId("a1"), ShimRuntime.GO, root, null, Pod.UNKNOWN);
    loop.submit(
            () -> {
              connection = client.connect(sandbox, new Receiver());
            })
        .sync();
  }

  private void assertEvents(String... expected) throws InterruptedException {
    for (var event : expected) {
      assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo(event);
    }
  }

  private static String ok(String text) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text;
  }

  @Test
  void wholeResponseIsHandedOver() throws Exception {
    shim.listen(socket(), ScriptedShim.responding(ok("kata_a 1\n")));
    connect();
    assertEvents("connected", "began", "completed");
    assertThat(body.toString(US_ASCII)).isEqualTo("kata_a 1\n");
  }

  @Test
  void failedAttemptHasAReason() throws Exception {
    connect();
    assertEvents("REFUSED");
    Files.createFile(socket());
    connect();
    assertEvents("REFUSED");
  }

  @Test
  void responseThatEndsTooEarlyIsClosed() throws Exception {
    shim.listen(
        socket(), ScriptedShim.responding("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
    connect();
    assertEvents("connected", "began", "closed");
  }

  @Test
  void closesWhatIsOpen() throws Exception {
    var closed = new CountDownLatch(1);
    shim.listen(
        socket(),
        connection -> {
          try {
            ScriptedShim.send(connection, "HTTP/1.1 200 OK\r\nContent-");
            shim.awaitClose(connection);
          } finally {
            closed.countDown(); // Also on a reset.
          }
        });
    connect();
    assertEvents("connected");
    loop.submit(client::close).sync();
    assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(events).doesNotContain("completed", "closed");
  }

  @Test
  void rejectedResponseStaysOpenUntilTheShimClosesIt() throws Exception {
    var rejected = new CountDownLatch(1);
    shim.listen(
        socket(),
        connection -> {
          ScriptedShim.send(connection, "HTTP/1.1 500 X\r\nContent-Length: 9\r\n\r\n");
          ScriptedShim.await(rejected);
          ScriptedShim.send(connection, "123456789");
        });
    connect();
    assertEvents("connected", "began", "rejected status");
    rejected.countDown();
    assertEvents("closed");
    assertThat(body.size()).isZero();
  }

  @Test
  void discardedResponseIsFollowedToItsEnd() throws Exception {
    var discarded = new CountDownLatch(1);
    shim.listen(
        socket(),
        connection -> {
          ScriptedShim.send(connection, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
          ScriptedShim.await(discarded);
          ScriptedShim.send(connection, "9\r\nkata_a 1\n\r\n0\r\n\r\n");
          while (connection.read(ByteBuffer.allocate(9)) >= 0) {}
        });
    connect();
    assertEvents("connected", "began");
    loop.submit(() -> requireNonNull(connection).discard()).sync();
    discarded.countDown();
    assertEvents("completed");
    assertThat(body.size()).isZero();
  }

  /** A thousand pieces, of which each may be read only with those of 5 and then 20 ms. */
  @Test
  void bodyOfTinyPiecesIsReadInFewReads() throws Exception {
    shim.listen(
        socket(),
        connection -> {
          ScriptedShim.send(connection, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
          for (int i = 0; i < 1000; i++) {
            ScriptedShim.send(connection, "x");
          }
          while (connection.read(ByteBuffer.allocate(9)) >= 0) {}
        });
    connect();
    assertEvents("connected", "began", "completed");
    assertThat(body.size()).isEqualTo(1000);
    assertThat(reads).isLessThan(300);
  }
}
