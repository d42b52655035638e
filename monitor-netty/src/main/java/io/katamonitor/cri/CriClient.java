package io.katamonitor.cri;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.PodMetadataSource;
import io.katamonitor.sandbox.SandboxId;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * CRI v1 over gRPC to containerd's or CRI-O's unix socket. All of gRPC's work is done on the event
 * loop given: no thread but that one. One connection, made at the first question and kept; after a
 * failure the next question makes a new one, so gRPC's own back-off (up to two minutes) never
 * counts. Nothing of gRPC is loaded while there is no socket.
 */
public final class CriClient implements PodMetadataSource, AutoCloseable {
  private static final long CALL_SECONDS = 2;

  /** A list of some 50,000 pods. The response is held off the heap until it is whole. */
  private static final int MAX_LIST_BYTES = 8 << 20;

  /** A list of one pod: its labels and annotations have at most 256 KiB. */
  private static final int MAX_POD_BYTES = 1 << 20;

  private static final String LIST = "runtime.v1.RuntimeService/ListPodSandbox";
  private static final String VERSION = "runtime.v1.RuntimeService/Version";

  /** Kept here, or java.util.logging forgets it and its level. */
  private static final Logger GRPC_LOG = Logger.getLogger("io.grpc");

  private final Path socket;
  private final EventLoop loop;
  private final MemoryAccount memory;
  private @Nullable ManagedChannel channel;
  private @Nullable ManagedChannel watched;
  private Runnable lost = () -> {};

  /**
   * @param loop all work is done on it, and all calls come from it
   * @param memory to which the largest possible response of a call is charged while it lasts
   */
  public CriClient(Path socket, EventLoop loop, MemoryAccount memory) {
    this.socket = socket;
    this.loop = loop;
    this.memory = memory;
  }

  @Override
  public void onLost(Runnable lost) {
    this.lost = lost;
  }

  @Override
  public String endpoint() {
    return socket.toString();
  }

  @Override
  public void ask(Set<SandboxId> sandboxes, Answer answer) {
    if (channel == null && Files.notExists(socket)) {
      loop.execute(() -> answer.failed("no such socket"));
      return;
    }
    int maxBytes = sandboxes.size() == 1 ? MAX_POD_BYTES : MAX_LIST_BYTES;
    if (!memory.tryCharge(maxBytes)) {
      loop.execute(() -> answer.failed("no memory for the response (memory-budget)"));
      return;
    }
    var connection = channel == null ? connect() : channel;
    channel = connection;
    var method = sandboxes.isEmpty() ? method(VERSION, sandboxes) : method(LIST, sandboxes);
    var request =
        sandboxes.size() == 1
            ? CriMessages.listRequest(sandboxes.iterator().next())
            : CriMessages.empty();
    var options =
        CallOptions.DEFAULT
            .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
            .withMaxInboundMessageSize(maxBytes);
    ClientCall<byte[], Map<SandboxId, Pod>> call = connection.newCall(method, options);
    call.start(new Call(connection, sandboxes, answer, maxBytes), new Metadata());
    call.request(1);
    call.sendMessage(request);
    call.halfClose();
  }

  private ManagedChannel connect() {
    // What it says there comes as a status as well, and its lines are not the log's form.
    GRPC_LOG.setLevel(Level.OFF);
    return NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
        .eventLoopGroup(loop)
        .channelType(EpollDomainSocketChannel.class, DomainSocketAddress.class)
        .withOption(ChannelOption.ALLOCATOR, ByteBufAllocator.DEFAULT)
        // gRPC sets it, a unix socket has none, and Netty warns of it at each connection.
        .withOption(ChannelOption.SO_KEEPALIVE, null)
        .directExecutor()
        .offloadExecutor(loop)
        .usePlaintext()
        .overrideAuthority("localhost")
        .proxyDetector(address -> null)
        .disableServiceConfigLookUp()
        .disableRetry()
        .maxTraceEvents(0)
        .build();
  }

  private static MethodDescriptor<byte[], Map<SandboxId, Pod>> method(
      String name, Set<SandboxId> wanted) {
    return MethodDescriptor.newBuilder(RequestBytes.INSTANCE, new PodsOf(wanted))
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(name)
        .build();
  }

  /** Gives the connection up; the next question makes a new one. */
  private void drop(ManagedChannel broken) {
    if (broken.equals(channel)) {
      channel = null;
    }
    broken.shutdownNow();
  }

  /** Once a connection has served, its end is told. */
  private void watch(ManagedChannel served) {
    if (!served.equals(watched)) {
      watched = served;
      served.notifyWhenStateChanged(
          ConnectivityState.READY,
          () -> {
            if (served.equals(channel)) {
              drop(served);
              lost.run();
            }
          });
    }
  }

  /** Breaks the connection off; on the event loop. */
  @Override
  public void close() {
    if (channel != null) {
      drop(channel);
    }
  }

  private final class Call extends ClientCall.Listener<Map<SandboxId, Pod>> {
    private final ManagedChannel connection;
    private final Set<SandboxId> asked;
    private final Answer answer;
    private final int chargedBytes;
    private Map<SandboxId, Pod> pods = Map.of();

    Call(ManagedChannel connection, Set<SandboxId> asked, Answer answer, int chargedBytes) {
      this.connection = connection;
      this.asked = asked;
      this.answer = answer;
      this.chargedBytes = chargedBytes;
    }

    @Override
    public void onMessage(Map<SandboxId, Pod> message) {
      pods = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      loop.execute(() -> closed(status));
    }

    private void closed(Status status) {
      memory.release(chargedBytes);
      if (status.isOk()) {
        watch(connection);
        answer.pods(pods);
      } else if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED && asked.size() > 1) {
        answer.tooMany();
      } else {
        drop(connection);
        answer.failed(reason(status));
      }
    }
  }

  private static String reason(Status status) {
    return status.getCode() == Status.Code.DEADLINE_EXCEEDED
        ? "no response within " + CALL_SECONDS + " s"
        : CallFailure.reason(status);
  }
}
