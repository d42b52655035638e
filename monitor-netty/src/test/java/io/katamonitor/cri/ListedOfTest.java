package io.katamonitor.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.katamonitor.proto.cri.ListPodSandboxResponse;
import io.katamonitor.proto.cri.PodSandbox;
import io.katamonitor.proto.cri.PodSandboxMetadata;
import io.katamonitor.sandbox.ListedSandbox;
import io.katamonitor.sandbox.SandboxId;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ListedOfTest {
  private final ListedOf ofOnePod = new ListedOf(Set.of("uid-1"));

  @Test
  void keepsTheSandboxesOfTheseUids() {
    var response =
        ListPodSandboxResponse.newBuilder()
            .addItems(sandbox("a1", "uid-1"))
            .addItems(sandbox("b2", "uid-2"))
            .build();

    assertThat(ofOnePod.parse(new ByteArrayInputStream(response.toByteArray())))
        .extracting(ListedSandbox::id)
        .containsExactly(new SandboxId("a1"));
  }

  @Test
  void malformedListingFailsTheCall() {
    assertThatThrownBy(() -> ofOnePod.parse(new ByteArrayInputStream(new byte[] {-1, -1, -1})))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL))
        .hasMessageContaining("not a CRI response");
  }

  @Test
  void isForResponsesOnly() {
    assertThatThrownBy(() -> ofOnePod.stream(List.of()))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static PodSandbox sandbox(String id, String uid) {
    return PodSandbox.newBuilder()
        .setId(id)
        .setMetadata(PodSandboxMetadata.newBuilder().setUid(uid))
        .build();
  }
}
