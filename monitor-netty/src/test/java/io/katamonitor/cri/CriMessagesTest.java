package io.katamonitor.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.katamonitor.proto.cri.ListPodSandboxRequest;
import io.katamonitor.proto.cri.ListPodSandboxResponse;
import io.katamonitor.proto.cri.PodSandbox;
import io.katamonitor.proto.cri.PodSandboxFilter;
import io.katamonitor.proto.cri.PodSandboxMetadata;
import io.katamonitor.proto.cri.PodSandboxState;
import io.katamonitor.sandbox.ListedSandbox;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.SandboxId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The bytes read and written by hand are those of the generated classes. */
class CriMessagesTest {
  private static final SandboxId A = new SandboxId("a1");
  private static final Set<SandboxId> WANTED = Set.of(A, new SandboxId("b1"));

  private static PodSandbox pod(String id) {
    return PodSandbox.newBuilder()
        .setId(id)
        .setMetadata(
            PodSandboxMetadata.newBuilder()
                .setName("pod-" + id)
                .setUid("uid-" + id)
                .setNamespace("ns")
                .setAttempt(3))
        .setState(PodSandboxState.SANDBOX_NOTREADY)
        .setCreatedAt(1)
        // As labels are: a map, which our subset of the message leaves out.
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(
                    5,
                    UnknownFieldSet.Field.newBuilder()
                        .addLengthDelimited(ByteString.copyFromUtf8("\n\1k\22\1v"))
                        .build())
                .addField(
                    7,
                    UnknownFieldSet.Field.newBuilder()
                        .addLengthDelimited(ByteString.copyFromUtf8("kata-qemu"))
                        .build())
                .build())
        .build();
  }

  private static Map<SandboxId, Pod> read(byte[] response) throws IOException {
    return CriMessages.pods(new ByteArrayInputStream(response), WANTED);
  }

  @Test
  void requestForOneSandboxHasItsIdAsTheFilter() throws IOException {
    assertThat(ListPodSandboxRequest.parseFrom(CriMessages.listRequest(A)))
        .isEqualTo(
            ListPodSandboxRequest.newBuilder()
                .setFilter(PodSandboxFilter.newBuilder().setId("a1"))
                .build());
  }

  @Test
  void onlyRequestedPodsAreRead() throws IOException {
    var response =
        ListPodSandboxResponse.newBuilder()
            .addItems(pod("x9"))
            .addItems(pod("a1"))
            .addItems(pod("not an id"))
            .addItems(pod("b1").toBuilder().clearMetadata())
            .addItems(PodSandbox.getDefaultInstance())
            .build();
    assertThat(read(response.toByteArray()))
        .isEqualTo(
            Map.of(
                A, new Pod("uid-a1", "pod-a1", "ns", 3, "kata-qemu", Instant.EPOCH.plusNanos(1))));
  }

  @Test
  void sandboxesOfTheRequestedPodsAreReadFromAListing() throws IOException {
    var response =
        ListPodSandboxResponse.newBuilder()
            .addItems(pod("x9"))
            .addItems(pod("a1"))
            .addItems(
                pod("a1").toBuilder().setId("c2").setState(PodSandboxState.SANDBOX_READY).build())
            .addItems(pod("b1").toBuilder().clearMetadata())
            .build();

    assertThat(
            CriMessages.listed(new ByteArrayInputStream(response.toByteArray()), Set.of("uid-a1")))
        .containsExactly(
            new ListedSandbox(A, "uid-a1", 3, false),
            new ListedSandbox(new SandboxId("c2"), "uid-a1", 3, true));
  }

  @Test
  void listingOfOnePodsSandboxesHasALimit() throws IOException {
    var response = ListPodSandboxResponse.newBuilder();
    for (int i = 0; i <= CriMessages.MAX_LISTED; i++) {
      response.addItems(pod("a1"));
    }

    assertThat(
            CriMessages.listed(
                new ByteArrayInputStream(response.build().toByteArray()), Set.of("uid-a1")))
        .hasSize(CriMessages.MAX_LISTED);
  }

  /** A hundred sandboxes with names of 1 MiB would not fit the heap. */
  @Test
  void longTextIsCutAtAWholeCharacter() throws IOException {
    var endless = "€".repeat(1 << 20);
    var metadata = pod("a1").getMetadata().toBuilder().setUid(endless).setNamespace("x" + endless);
    var response =
        ListPodSandboxResponse.newBuilder()
            .addItems(pod(endless))
            .addItems(pod("a1").toBuilder().setMetadata(metadata))
            .addItems(pod("b1"))
            .build();

    var pods = read(response.toByteArray());

    var cut = "€".repeat(CriMessages.MAX_TEXT_BYTES / 3);
    assertThat(pods.get(A))
        .extracting(Pod::uid, Pod::namespace, Pod::attempt)
        .containsExactly(cut, "x" + cut, 3);
    assertThat(pods.get(new SandboxId("b1"))).extracting(Pod::name).isEqualTo("pod-b1");
  }

  @Test
  void emptyResponseHasNoPods() throws IOException {
    assertThat(read(new byte[0])).isEmpty();
  }

  @Test
  void truncatedResponseIsAnError() {
    var whole = ListPodSandboxResponse.newBuilder().addItems(pod("a1")).build().toByteArray();
    for (int length = 1; length < whole.length; length++) {
      var cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void brokenBytesGiveAResponseOrAnError() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    var whole = ListPodSandboxResponse.newBuilder().addItems(pod("a1")).build().toByteArray();
    for (int i = 0; i < 20_000; i++) {
      var broken = whole.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      }
      try {
        read(broken);
      } catch (IOException e) {
        // as it should
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + " round " + i, e);
      }
    }
  }
}
