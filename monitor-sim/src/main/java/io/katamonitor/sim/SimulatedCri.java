package io.katamonitor.sim;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.katamonitor.proto.cri.ListPodSandboxRequest;
import io.katamonitor.proto.cri.ListPodSandboxResponse;
import io.katamonitor.proto.cri.PodSandbox;
import io.katamonitor.proto.cri.PodSandboxMetadata;
import io.katamonitor.proto.cri.PodSandboxState;
import io.katamonitor.proto.cri.PodSandboxStatus;
import io.katamonitor.proto.cri.PodSandboxStatusRequest;
import io.katamonitor.proto.cri.PodSandboxStatusResponse;
import io.katamonitor.proto.cri.RuntimeCondition;
import io.katamonitor.proto.cri.RuntimeServiceGrpc;
import io.katamonitor.proto.cri.RuntimeStatus;
import io.katamonitor.proto.cri.StatusRequest;
import io.katamonitor.proto.cri.StatusResponse;
import io.katamonitor.proto.cri.VersionRequest;
import io.katamonitor.proto.cri.VersionResponse;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The CRI v1 service of a container runtime with the node's pods, on a unix socket. */
public final class SimulatedCri {
  private final SimulatedNode node;
  private final Path socket;
  private final AtomicInteger calls = new AtomicInteger();
  private volatile CriFault fault = CriFault.NONE;
  private @Nullable Server server;

  SimulatedCri(SimulatedNode node, Path socket) {
    this.node = node;
    this.socket = socket;
  }

  /** Path of its socket, even while it is stopped. */
  public Path socket() {
    return socket;
  }

  public void fault(CriFault newFault) {
    fault = newFault;
  }

  /** Number of calls received, of any method. */
  public int calls() {
    return calls.get();
  }

  /** Listens; again after {@link #stop}. */
  public synchronized void start() {
    if (server != null) {
      return;
    }
    try {
      server =
          NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
              .channelType(EpollServerDomainSocketChannel.class)
              // gRPC sets it, a unix socket has none, and Netty warns of it at each connection.
              .withChildOption(ChannelOption.SO_KEEPALIVE, null)
              .bossEventLoopGroup(node.group())
              .workerEventLoopGroup(node.group())
              .directExecutor()
              .addService(new Service())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Cuts its connections and removes its socket. */
  public synchronized void stop() {
    if (server == null) {
      return;
    }
    server.shutdownNow();
    try {
      if (!server.awaitTermination(5, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the simulated runtime does not stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server = null;
    StateFiles.delete(socket);
  }

  private final class Service extends RuntimeServiceGrpc.RuntimeServiceImplBase {
    @Override
    public void version(VersionRequest request, StreamObserver<VersionResponse> observer) {
      serve(
          observer,
          () ->
              VersionResponse.newBuilder()
                  .setVersion("0.1.0")
                  .setRuntimeName("containerd")
                  .setRuntimeVersion("1.6.20")
                  .setRuntimeApiVersion("v1")
                  .build());
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
      var ready = RuntimeCondition.newBuilder().setType("RuntimeReady").setStatus(true);
      serve(
          observer,
          () ->
              StatusResponse.newBuilder()
                  .setStatus(RuntimeStatus.newBuilder().addConditions(ready))
                  .build());
    }

    @Override
    public void listPodSandbox(
        ListPodSandboxRequest request, StreamObserver<ListPodSandboxResponse> observer) {
      serve(observer, () -> list(request));
    }

    @Override
    public void podSandboxStatus(
        PodSandboxStatusRequest request, StreamObserver<PodSandboxStatusResponse> observer) {
      serve(observer, () -> find(request.getPodSandboxId()));
    }
  }

  private ListPodSandboxResponse list(ListPodSandboxRequest request) {
    var filter = request.getFilter();
    var pods = ListPodSandboxResponse.newBuilder();
    // As in containerd, a prefix of an id matches too.
    boolean all = !filter.hasState();
    boolean ready = all || filter.getState().getState() == PodSandboxState.SANDBOX_READY;
    if (ready) {
      for (var sandbox : node.sandboxes()) {
        if (sandbox.isPodKnown() && sandbox.id().startsWith(filter.getId())) {
          pods.addItems(pod(sandbox));
        }
      }
    }
    if (all || !ready) {
      for (var dead : node.replaced()) {
        if (dead.id().startsWith(filter.getId())) {
          pods.addItems(pod(dead).setState(PodSandboxState.SANDBOX_NOTREADY));
        }
      }
    }
    if (ready && fault instanceof CriFault.ExtraPods extra && filter.getId().isEmpty()) {
      for (int i = 0; i < extra.count(); i++) {
        pods.addItems(pod(Identity.of(-1, i), 0, 1));
      }
    }
    return pods.build();
  }

  private PodSandbox.Builder pod(SimulatedSandbox sandbox) {
    return pod(sandbox.identity(), sandbox.spec().attempt(), createdNanos(sandbox));
  }

  private static long createdNanos(SimulatedSandbox sandbox) {
    return TimeUnit.MILLISECONDS.toNanos(sandbox.bornMillis());
  }

  private PodSandbox.Builder pod(Identity identity, int attempt, long createdNanos) {
    var pod = PodSandbox.newBuilder().setId(identity.id()).setCreatedAt(createdNanos);
    if (!(fault instanceof CriFault.NoMetadata)) {
      pod.setMetadata(metadata(identity, attempt));
    }
    return pod;
  }

  private PodSandboxStatusResponse find(String id) {
    for (var sandbox : node.sandboxes()) {
      if (sandbox.isPodKnown() && sandbox.id().equals(id)) {
        var status = PodSandboxStatus.newBuilder().setId(id).setCreatedAt(createdNanos(sandbox));
        if (!(fault instanceof CriFault.NoMetadata)) {
          status.setMetadata(metadata(sandbox.identity(), sandbox.spec().attempt()));
        }
        return PodSandboxStatusResponse.newBuilder().setStatus(status).build();
      }
    }
    throw Status.NOT_FOUND
        .withDescription("an error occurred when try to find sandbox: not found")
        .asRuntimeException();
  }

  private static PodSandboxMetadata metadata(Identity identity, int attempt) {
    return PodSandboxMetadata.newBuilder()
        .setName(identity.podName())
        .setUid(identity.uid())
        .setNamespace(identity.namespace())
        .setAttempt(attempt)
        .build();
  }

  private <T> void serve(StreamObserver<T> observer, Supplier<T> response) {
    calls.incrementAndGet();
    switch (fault) {
      case CriFault.Hang hang -> {}
      case CriFault.Fail failure ->
          observer.onError(
              Status.fromCode(failure.code())
                  .withDescription("the simulator was told to fail")
                  .asRuntimeException());
      case CriFault.Delay delay ->
          node.loop()
              .schedule(
                  () -> respond(observer, response), delay.by().toMillis(), TimeUnit.MILLISECONDS);
      case CriFault.None none -> respond(observer, response);
      case CriFault.NoMetadata no -> respond(observer, response);
      case CriFault.ExtraPods extra -> respond(observer, response);
    }
  }

  private static <T> void respond(StreamObserver<T> observer, Supplier<T> response) {
    try {
      observer.onNext(response.get());
      observer.onCompleted();
    } catch (RuntimeException e) {
      observer.onError(e);
    }
  }
}
