package io.katamonitor.shim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.endpoint.ScriptedShim;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** One connection after the other, over real sockets. */
class ShimConnectionTest {
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKS = OK + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc";

  /** The body of each is {@code abc}. */
  static final List<String> ACCEPTED =
      List.of(
          OK + "Content-Length: 3\r\n\r\nabc",
          OK + "Content-Length: 3\r\n\r\nabcd",
          OK + "\r\nabc",
          OK + "Content-Encoding: identity\r\n\r\nabc",
          CHUNKS + "\r\n0\r\nT: x\r\n\r\n",
          OK + "Transfer-Encoding: chunked\r\n\r\n1;x=y\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
          "HTTP/1.0 200 OK\r\n\r\nabc",
          "HTTP/1.1 100 Continue\r\n\r\n" + OK + "Content-Length: 3\r\n\r\nabc",
          OK + "a:\r\n".repeat(99) + "Content-Length: 3\r\n\r\nabc");

  static final List<String> REJECTED =
      List.of(
          "kata_a 1\r\n",
          "HTTP/2 200\r\n\r\n",
          "HTTP/2.0 200 OK\r\n\r\n",
          "ICY/1.0 200 OK\r\n\r\n",
          "HTTP/1.1 abc\r\n\r\n",
          "HTTP/1.1 -20 OK\r\n\r\n",
          "HTTP/1.1 101 Switching Protocols\r\n\r\nabc",
          "HTTP/1.1 100 Continue\r\n\r\n".repeat(9) + OK,
          OK + "a:\r\n".repeat(2_000) + "\r\n",
          OK + "a: " + "x".repeat(20_000) + "\r\n\r\n",
          "HTTP/1.1 200 " + "x".repeat(20_000) + "\r\n\r\n",
          "x".repeat(20_000),
          OK + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
          OK + "Content-Length: -1\r\n\r\n",
          OK + "Content-Length: x\r\n\r\n",
          OK + "Transfer-Encoding: gzip\r\n\r\nabc",
          OK + "Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
          OK + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
          OK + "Content-Encoding: gzip\r\n\r\nabc",
          CHUNKS + "d\r\n0\r\n\r\n",
          CHUNKS + "\r\nfffffffff\r\n",
          CHUNKS + "\r\n" + "1".repeat(20_000) + "\r\n",
          CHUNKS + "\r\n0\r\n" + "a:\r\n".repeat(2_000));

  @TempDir private Path root;
  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final EventLoop loop = loops.next();
  private final EpollShimClient client = new EpollShimClient(loop);
  private RecordingListener listener = new RecordingListener();
  private Sandbox sandbox;
  private ScriptedShim shim;
  private @Nullable ShimConnection connection;

  @BeforeEach
  void start() throws IOException {
    shim = new ScriptedShim();
    var directory = Files.createDirectory(root.resolve("a1"));
    sandbox = new Sandbox(new SandboxId("a1"), ShimRuntime.GO, directory, null, Pod.UNKNOWN);
  }

  @AfterEach
  void stop() throws IOException {
    shim.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private void open() throws Exception {
    listener.whenConnected = () -> requireNonNull(connection).sendRequest();
    loop.submit(
            () -> {
              connection = client.open(sandbox, ShimRequest.get("/agent-url"), listener);
            })
        .sync();
  }

  private void assertEvents(String... expected) throws InterruptedException {
    for (var event : expected) {
      assertThat(listener.events.poll(30, TimeUnit.SECONDS)).isEqualTo(event);
    }
  }

  @ParameterizedTest
  @FieldSource("ACCEPTED")
  void wellFramedResponseIsHandedOver(String response) throws Exception {
    shim.listen(sandbox.socket(), ScriptedShim.responding(response));
    open();
    assertEvents("connected", "200", "completed");
    assertThat(listener.body.toString(ISO_8859_1)).isEqualTo("abc");
  }

  @ParameterizedTest
  @FieldSource("REJECTED")
  void responseThatIsNotHttpIsRejectedOnceAndThenClosed(String response) throws Exception {
    shim.listen(sandbox.socket(), ScriptedShim.responding(response));
    open();
    assertEvents("connected");
    var event = listener.events.poll(30, TimeUnit.SECONDS);
    if ("200".equals(event)) {
      event = listener.events.poll(30, TimeUnit.SECONDS);
    }
    assertThat(event).isEqualTo("rejected malformed");
    assertEvents("closed");
    assertThat(listener.events).isEmpty();
  }

  @Test
  void nothingIsSentToASocketThatLeadsElsewhere() throws Exception {
    var elsewhere = root.resolve("elsewhere.sock");
    shim.listen(elsewhere, ScriptedShim.responding(OK + "\r\n"));
    Files.createSymbolicLink(sandbox.socket(), elsewhere);
    open();
    assertThat(listener.events.poll(30, TimeUnit.SECONDS))
        .startsWith("REFUSED: its socket leads elsewhere");
    assertThat(shim.requests).isEmpty();
  }

  @Test
  void pausedConnectionReadsNoMore() throws Exception {
    var sent = new AtomicLong();
    shim.listen(
        sandbox.socket(),
        peer -> {
          ScriptedShim.send(peer, OK + "\r\n");
          var block = ByteBuffer.allocate(64 * 1024);
          for (int i = 0; i < 100; i++) {
            sent.addAndGet(peer.write(block.clear()));
          }
        });
    listener =
        new RecordingListener() {
          @Override
          public void content(ByteBuf content) {
            super.content(content);
            requireNonNull(connection).pause();
            events.add("paused");
          }
        };
    open();
    assertEvents("connected", "200", "paused");
    // The loop is idle: only the content of one read, of at most 64 KiB, was handed over.
    loop.submit(() -> {}).sync();
    assertThat(listener.body.size()).isLessThanOrEqualTo(64 * 1024);
    // A rest of the pacing that ends meanwhile does not resume it.
    loop.submit(
            () -> {
              requireNonNull(connection).rest();
              requireNonNull(connection).endRest();
            })
        .sync();
    loop.submit(() -> {}).sync();
    assertThat(listener.body.size()).isLessThanOrEqualTo(64 * 1024);
    while (!listener.events.contains("completed")) {
      loop.submit(() -> requireNonNull(connection).resume()).sync();
    }
    assertThat(listener.body.size()).isEqualTo(100 * 64 * 1024);
  }

  /** The decoder, which reads on until it has a message, must not read through the pacing. */
  @Test
  void headInTinyPiecesIsReadAtTheLimitedPace() throws Exception {
    var reads = new AtomicInteger();
    var sent = new Semaphore(0);
    var next = new Semaphore(0);
    shim.listen(
        sandbox.socket(),
        peer -> {
          for (char one : (OK + "Content-Length: 3\r\n\r\nabc").toCharArray()) {
            next.acquireUninterruptibly();
            ScriptedShim.send(peer, Character.toString(one));
            sent.release();
          }
        });
    listener =
        new RecordingListener() {
          @Override
          public void readBegan(int bytes) {
            reads.incrementAndGet();
            next.release(); // The next byte comes in a read of its own.
          }
        };
    // Its pauses never end: no task of this loop runs.
    var stopped = new EmbeddedChannel().eventLoop();
    var slow =
        new ShimConnection(
            loop,
            new ReadPacing(stopped),
            new HashSet<>(),
            sandbox.socket(),
            ShimRequest.get("/agent-url"),
            listener);
    listener.whenConnected = slow::sendRequest;
    loop.submit(slow::connect).sync();
    assertEvents("connected");
    next.release();
    sent.acquire(ReadPacing.FREE_TINY_READS + 2);
    for (int i = 0; i < 100; i++) {
      loop.submit(() -> {}).sync();
    }
    assertThat(reads).hasValue(ReadPacing.FREE_TINY_READS + 1);
    loop.submit(slow::close).sync();
  }

  @Test
  void closedConnectionReportsNothingAndTheShimSeesIt() throws Exception {
    shim.listen(sandbox.socket(), peer -> shim.awaitClose(peer));
    open();
    assertEvents("connected");
    loop.submit(() -> requireNonNull(connection).close()).sync();
    assertThat(shim.closed.poll(30, TimeUnit.SECONDS)).isEqualTo("while idle");
    assertThat(listener.events).isEmpty();
  }
}
