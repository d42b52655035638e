package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.katamonitor.proto.cri.ListPodSandboxRequest;
import io.katamonitor.proto.cri.PodSandbox;
import io.katamonitor.proto.cri.PodSandboxFilter;
import io.katamonitor.proto.cri.PodSandboxState;
import io.katamonitor.proto.cri.PodSandboxStateValue;
import io.katamonitor.proto.cri.PodSandboxStatusRequest;
import io.katamonitor.proto.cri.RuntimeServiceGrpc;
import io.katamonitor.proto.cri.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import io.katamonitor.proto.cri.StatusRequest;
import io.katamonitor.proto.cri.VersionRequest;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatedCriTest {
  private static final ListPodSandboxRequest ALL = ListPodSandboxRequest.getDefaultInstance();
  private final SimulatedNode node = SimulatedNode.start();
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final ManagedChannel channel =
      NettyChannelBuilder.forAddress(new DomainSocketAddress(node.cri().socket().toFile()))
          .channelType(EpollDomainSocketChannel.class)
          .eventLoopGroup(group)
          .usePlaintext()
          .overrideAuthority("localhost")
          .maxInboundMessageSize(64 << 20)
          .build();

  @AfterEach
  void close() throws Exception {
    channel.shutdownNow();
    assertThat(channel.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    node.close();
  }

  private RuntimeServiceBlockingStub runtime() {
    return RuntimeServiceGrpc.newBlockingStub(channel).withDeadlineAfter(Duration.ofSeconds(5));
  }

  private List<PodSandbox> pods() {
    return runtime().listPodSandbox(ALL).getItemsList();
  }

  private List<String> ids(PodSandboxFilter.Builder filter) {
    var request = ListPodSandboxRequest.newBuilder().setFilter(filter).build();
    return runtime().listPodSandbox(request).getItemsList().stream()
        .map(PodSandbox::getId)
        .toList();
  }

  @Test
  void reportsVersionStatusAndPods() {
    var one = node.addSandbox();
    var other = node.addSandbox(Layout.RUNTIME_RS);
    assertThat(runtime().version(VersionRequest.getDefaultInstance()).getRuntimeName())
        .isEqualTo("containerd");
    var status = runtime().status(StatusRequest.getDefaultInstance()).getStatus();
    assertThat(status.getConditionsCount()).isOne();
    assertThat(pods())
        .extracting(pod -> pod.getMetadata().getUid())
        .containsExactly(one.identity().uid(), other.identity().uid());
    var request = PodSandboxStatusRequest.newBuilder().setPodSandboxId(other.id()).build();
    assertThat(runtime().podSandboxStatus(request).getStatus().getMetadata().getName())
        .isEqualTo(other.identity().podName());
  }

  @Test
  void filtersByIdAndState() {
    var one = node.addSandbox();
    node.addSandbox();
    var byId = PodSandboxFilter.newBuilder().setId(one.id());
    assertThat(ids(byId)).containsExactly(one.id());
    var notReady = PodSandboxStateValue.newBuilder().setState(PodSandboxState.SANDBOX_NOTREADY);
    assertThat(ids(PodSandboxFilter.newBuilder().setState(notReady))).isEmpty();
    one.podKnown(false);
    assertThat(ids(byId)).isEmpty();
    var unknown = PodSandboxStatusRequest.newBuilder().setPodSandboxId(one.id()).build();
    assertThatThrownBy(() -> runtime().podSandboxStatus(unknown)).hasMessageContaining("NOT_FOUND");
  }

  @Test
  void faultsHaveTheDescribedEffect() {
    node.addSandbox();
    node.cri().fault(new CriFault.Fail(Status.Code.UNAVAILABLE));
    assertThatThrownBy(this::pods).hasMessageContaining("UNAVAILABLE");
    node.cri().fault(new CriFault.Hang());
    var soon = runtime().withDeadlineAfter(Duration.ofMillis(200));
    assertThatThrownBy(() -> soon.listPodSandbox(ALL)).hasMessageContaining("DEADLINE_EXCEEDED");
    node.cri().fault(new CriFault.NoMetadata());
    assertThat(pods().getFirst().hasMetadata()).isFalse();
    node.cri().fault(new CriFault.Delay(Duration.ofMillis(50)));
    assertThat(pods()).hasSize(1);
    node.cri().fault(new CriFault.ExtraPods(60_000));
    var many = runtime().listPodSandbox(ALL);
    assertThat(many.getItemsCount()).isEqualTo(60_001);
    assertThat(many.getSerializedSize()).isGreaterThan(4 << 20);
  }

  @Test
  void stopsAndStartsAgain() {
    node.addSandbox();
    assertThat(pods()).hasSize(1);
    node.cri().stop();
    assertThat(node.cri().socket()).doesNotExist();
    assertThatThrownBy(this::pods).hasMessageContaining("UNAVAILABLE");
    node.cri().start();
    assertThat(runtime().withWaitForReady().listPodSandbox(ALL).getItemsCount()).isOne();
  }
}
