package io.katamonitor.cri;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.sandbox.ListedSandbox;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.PodMetadataSource;
import io.katamonitor.sandbox.RuntimeListing;
import io.katamonitor.sandbox.SandboxId;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * CRI v1 over gRPC to containerd's or CRI-O's unix socket. All of gRPC's work is done on the given
 * event loop and no other thread. One connection, made for the first call and kept; after a failure
 * the next call makes a new one, so gRPC's own back-off (up to two minutes) never applies. No class
 * of gRPC is loaded while there is no socket.
 */
public final class CriClient implements PodMetadataSource, RuntimeListing, AutoCloseable {
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
  private final SocketCheck socketCheck;
  private @Nullable ManagedChannel channel;
  private @Nullable ManagedChannel watched;
  private Runnable lost = () -> {};

  /**
   * @param loop on which all work is done; methods must be called on it
   * @param memory to which the largest possible response of a call is charged while it lasts
   */
  public CriClient(Path socket, EventLoop loop, MemoryAccount memory) {
    this.socket = socket;
    this.loop = loop;
    this.memory = memory;
    this.socketCheck = new SocketCheck(socket, loop, TimeUnit.SECONDS.toNanos(CALL_SECONDS));
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
  public void request(Set<SandboxId> sandboxes, PodMetadataSource.Callback callback) {
    boolean isOne = sandboxes.size() == 1;
    var request =
        isOne ? CriMessages.listRequest(sandboxes.iterator().next()) : CriMessages.empty();
    call(
        sandboxes.isEmpty() ? VERSION : LIST,
        request,
        isOne ? MAX_POD_BYTES : MAX_LIST_BYTES,
        new PodsOf(sandboxes),
        new Reply<Map<SandboxId, Pod>>() {
          @Override
          public void received(@Nullable Map<SandboxId, Pod> pods) {
            callback.pods(pods == null ? Map.of() : pods);
          }

          @Override
          public boolean tooLarge() {
            if (sandboxes.size() > 1) {
              callback.tooMany();
            }
            return sandboxes.size() > 1;
          }

          @Override
          public void failed(String reason) {
            callback.failed(reason);
          }
        });
  }

  @Override
  public void list(Set<String> podUids, RuntimeListing.Callback callback) {
    call(
        LIST,
        CriMessages.empty(),
        MAX_LIST_BYTES,
        new ListedOf(podUids),
        new Reply<List<ListedSandbox>>() {
          @Override
          public void received(@Nullable List<ListedSandbox> sandboxes) {
            callback.listed(sandboxes == null ? List.of() : sandboxes);
          }

          @Override
          public boolean tooLarge() {
            return false;
          }

          @Override
          public void failed(String reason) {
            callback.failed();
          }
        });
  }

  /** Takes the result: one call of one of these, on the event loop. */
  private interface Reply<T> {
    /** The response; null where none came before the end. */
    void received(@Nullable T message);

    /** The response was too large; false where that is a failure like others. */
    boolean tooLarge();

    void failed(String reason);
  }

  private <T> void call(
      String name, byte[] message, int maxBytes, Marshaller<T> reader, Reply<T> reply) {
    if (channel != null) {
      send(name, message, maxBytes, reader, reply);
      return;
    }
    socketCheck.check(result -> {
      if (result == SocketCheck.Result.PRESENT) {
        send(name, message, maxBytes, reader, reply);
      } else {
        reply.failed(
            result == SocketCheck.Result.MISSING
                ? "no such socket"
                : "the socket's file system does not respond");
      }
    });
  }

  private <T> void send(
      String name, byte[] message, int maxBytes, Marshaller<T> reader, Reply<T> reply) {
    if (!memory.tryCharge(maxBytes)) {
      loop.execute(() -> reply.failed("no memory for the response (memory-budget)"));
      return;
    }
    var connection = channel == null ? connect() : channel;
    channel = connection;
    var method =
        MethodDescriptor.newBuilder(RequestBytes.INSTANCE, reader)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(name)
            .build();
    var options =
        CallOptions.DEFAULT
            .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
            .withMaxInboundMessageSize(maxBytes);
    ClientCall<byte[], T> call = connection.newCall(method, options);
    call.start(new Call<>(connection, reply, maxBytes), new Metadata());
    call.request(1);
    call.sendMessage(message);
    call.halfClose();
  }

  private ManagedChannel connect() {
    // gRPC reports the same as a status, and its lines do not have the log's format.
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

  /** Closes the connection; the next call makes a new one. */
  private void drop(ManagedChannel broken) {
    if (broken.equals(channel)) {
      channel = null;
    }
    broken.shutdownNow();
  }

  /** The end of a connection is reported if it has served a call. */
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

  /** Breaks the connection off; on the event loop. No call may follow. */
  @Override
  public void close() {
    socketCheck.close();
    if (channel != null) {
      drop(channel);
    }
  }

  private final class Call<T> extends ClientCall.Listener<T> {
    private final ManagedChannel connection;
    private final Reply<T> reply;
    private final int chargedBytes;
    private @Nullable T response;

    Call(ManagedChannel connection, Reply<T> reply, int chargedBytes) {
      this.connection = connection;
      this.reply = reply;
      this.chargedBytes = chargedBytes;
    }

    @Override
    public void onMessage(T message) {
      response = message;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      loop.execute(() -> closed(status));
    }

    private void closed(Status status) {
      memory.release(chargedBytes);
      if (status.isOk()) {
        watch(connection);
        reply.received(response);
      } else if (status.getCode() != Status.Code.RESOURCE_EXHAUSTED || !reply.tooLarge()) {
        drop(connection);
        reply.failed(reason(status));
      }
    }
  }

  private static String reason(Status status) {
    return status.getCode() == Status.Code.DEADLINE_EXCEEDED
        ? "no response within " + CALL_SECONDS + " s"
        : CallFailure.reason(status);
  }
}
