package io.katamonitor.cri;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.katamonitor.guard.Await;
import io.katamonitor.sim.CriFault;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import io.katamonitor.sim.SimulatedSandbox;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("system")
class PodLabelsTest {
  private final SimulatedNode node = SimulatedNode.start();

  @AfterEach
  void stop() {
    node.close();
  }

  private Labelling start() {
    return new Labelling(
        List.of(node.root(Layout.GO), node.root(Layout.RUNTIME_RS)), node.cri().socket());
  }

  private static void awaitLabel(Labelling labels, SimulatedSandbox sandbox)
      throws InterruptedException {
    var name = sandbox.identity().podName();
    Await.until("label " + name, () -> labels.podName(sandbox.id()).equals(name));
  }

  @Test
  void hundredSandboxesAtTheStartCostOneCall() throws Exception {
    node.addSandboxes(100, Layout.GO);
    try (var labels = start()) {
      Await.until("all labelled", () -> labels.unlabelled() == 0);
      assertThat(labels.registry().snapshot()).hasSize(100);
      assertThat(node.cri().calls()).isEqualTo(1);
      assertThat(labels.criUp()).isTrue();
    }
  }

  @Test
  void newSandboxIsLabelledWithinASecond() throws Exception {
    try (var labels = start()) {
      Await.until("runtime found", labels::criUp);
      awaitLabel(labels, node.addSandbox());
      awaitLabel(labels, node.addSandbox(Layout.RUNTIME_RS));
    }
  }

  @Test
  void labelsAreThoseOfThePod() throws Exception {
    var sandbox = node.addSandbox();
    try (var labels = start()) {
      awaitLabel(labels, sandbox);
      var pod = labels.registry().snapshot().getFirst().pod();
      assertThat(pod.uid()).isEqualTo(sandbox.identity().uid());
      assertThat(pod.namespace()).isEqualTo(sandbox.identity().namespace());
    }
  }

  @Test
  void podThatTheRuntimeListsAfterItsDirectoryIsLabelledThen() throws Exception {
    try (var labels = start()) {
      var sandbox = node.addSandbox().podKnown(false);
      Await.until("listed", () -> labels.isListed(sandbox.id()));
      int before = node.cri().calls();
      Await.until("requested again", () -> node.cri().calls() > before + 3);
      assertThat(labels.podName(sandbox.id())).isEmpty();
      sandbox.podKnown(true);
      awaitLabel(labels, sandbox);
    }
  }

  @Test
  void idThatIsAPrefixOfAnotherHasItsOwnPod() throws Exception {
    node.addSandbox("abcdef", Layout.GO);
    var shorter = node.addSandbox("abc", Layout.GO);
    try (var labels = start()) {
      awaitLabel(labels, shorter);
      Await.until("the other", () -> labels.unlabelled() == 0);
      assertThat(labels.podName("abcdef")).isNotEqualTo(labels.podName("abc"));
    }
  }

  @Test
  void labelsAreKeptWhenTheRuntimeStops() throws Exception {
    var sandbox = node.addSandbox();
    try (var labels = start()) {
      awaitLabel(labels, sandbox);
      node.cri().stop();
      Await.until("loss is seen", () -> !labels.criUp());
      awaitLabel(labels, sandbox);
    }
  }

  @Test
  void runtimeThatStartsLateOrAgainIsFound() throws Exception {
    node.cri().stop();
    var first = node.addSandbox();
    try (var labels = start()) {
      assertThat(labels.isListed(first.id())).isTrue();
      for (int round = 0; round < 2; round++) {
        node.cri().start();
        awaitLabel(labels, first);
        Await.until("runtime found", labels::criUp);
        node.cri().stop();
        Await.until("runtime lost", () -> !labels.criUp());
        var second = node.addSandbox();
        Await.until("discovery goes on", () -> labels.isListed(second.id()));
      }
      node.cri().start();
      Await.until("all labelled", () -> labels.unlabelled() == 0);
    }
  }

  @Test
  void hungRuntimeDelaysNoDiscoveryAndIsRequestedAgain() throws Exception {
    node.cri().fault(new CriFault.Hang());
    try (var labels = start()) {
      var sandbox = node.addSandbox();
      Await.until("discovery goes on", () -> labels.isListed(sandbox.id()));
      int before = node.cri().calls();
      Await.until("requested again", () -> node.cri().calls() > before + 1);
      assertThat(labels.criUp()).isFalse();
      node.cri().fault(CriFault.NONE);
      awaitLabel(labels, sandbox);
    }
  }

  @Test
  void responseOfASlowRuntimeIsUsed() throws Exception {
    node.cri().fault(new CriFault.Delay(Duration.ofMillis(1200)));
    var sandbox = node.addSandbox();
    try (var labels = start()) {
      awaitLabel(labels, sandbox);
    }
  }

  @Test
  void runtimeThatDiesDuringACallIsRequestedAgain() throws Exception {
    node.cri().fault(new CriFault.Hang());
    var sandbox = node.addSandbox();
    try (var labels = start()) {
      Await.until("requested", () -> node.cri().calls() > 0);
      node.cri().stop();
      node.cri().fault(CriFault.NONE);
      node.cri().start();
      awaitLabel(labels, sandbox);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.Code.class,
      names = {"UNKNOWN", "UNIMPLEMENTED", "UNAVAILABLE", "RESOURCE_EXHAUSTED", "INTERNAL"})
  void runtimeThatReturnsErrorsIsRequestedAgain(Status.Code code) throws Exception {
    node.cri().fault(new CriFault.Fail(code));
    var sandbox = node.addSandbox();
    try (var labels = start()) {
      Await.until("requested again", () -> node.cri().calls() > 3);
      assertThat(labels.criUp()).isFalse();
      assertThat(labels.podName(sandbox.id())).isEmpty();
      node.cri().fault(CriFault.NONE);
      awaitLabel(labels, sandbox);
    }
  }

  @Test
  void podWithoutMetadataIsUnknownUntilItHasSome() throws Exception {
    node.cri().fault(new CriFault.NoMetadata());
    var sandbox = node.addSandbox();
    try (var labels = start()) {
      Await.until("requested again", () -> node.cri().calls() > 3);
      assertThat(labels.criUp()).isTrue();
      assertThat(labels.podName(sandbox.id())).isEmpty();
      node.cri().fault(CriFault.NONE);
      awaitLabel(labels, sandbox);
    }
  }

  @Test
  void sandboxesAmongSixtyThousandPodsAreLabelled() throws Exception {
    node.cri().fault(new CriFault.ExtraPods(60_000));
    node.addSandboxes(20, Layout.GO);
    try (var labels = start()) {
      Await.until("all labelled", () -> labels.unlabelled() == 0);
    }
  }

  @Test
  void listTooLongForOneResponseIsReplacedBySingleRequests() throws Exception {
    node.cri().fault(new CriFault.ExtraPods(120_000));
    node.addSandboxes(20, Layout.GO);
    try (var labels = start()) {
      Await.until("all labelled", () -> labels.unlabelled() == 0);
      assertThat(node.cri().calls()).isGreaterThan(20);
    }
  }

  @Test
  void fileOrOtherServerAtTheSocketIsLikeNoRuntime() throws Exception {
    node.cri().stop();
    var socket = node.cri().socket();
    var sandbox = node.addSandbox();
    Files.writeString(socket, "a file");
    try (var labels = start()) {
      Await.until("listed", () -> labels.isListed(sandbox.id()));
      serveAnotherProtocol(socket, 3);
      assertThat(labels.criUp()).isFalse();
      node.cri().start();
      awaitLabel(labels, sandbox);
    }
  }

  /** Serves some connections by a text that is not HTTP/2. */
  private static void serveAnotherProtocol(Path socket, int connections) throws IOException {
    Files.delete(socket);
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      for (int i = 0; i < connections; i++) {
        try (var connection = server.accept()) {
          connection.write(ByteBuffer.wrap("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII)));
        }
      }
    } finally {
      Files.delete(socket);
    }
  }

  @Test
  void grpcAddsNoThread() throws Exception {
    node.addSandboxes(3, Layout.GO);
    var before = threads();
    try (var labels = start()) {
      Await.until("all labelled", () -> labels.unlabelled() == 0);
      node.cri().stop();
      Await.until("runtime lost", () -> !labels.criUp());
      var added = threads();
      added.removeAll(before);
      assertThat(added)
          .allMatch(name ->
              name.startsWith("discovery-")
                  || name.startsWith("runtime-socket-")
                  || name.startsWith("multiThreadIoEventLoopGroup-")
                  || name.equals("FileSystemWatchService"));
    }
  }

  private static Set<String> threads() {
    var names = new HashSet<String>();
    Thread.getAllStackTraces().keySet().forEach(thread -> names.add(thread.getName()));
    return names;
  }
}
