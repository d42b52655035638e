package io.katamonitor.merge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SandboxLabelsTest {
  private static SandboxLabels labels(Pod pod) {
    return SandboxLabels.of(
        new Sandbox(new SandboxId("f1"), ShimRuntime.GO, Path.of("/x/f1"), null, pod));
  }

  private static String text(Pod pod) {
    return new String(labels(pod).text().bytes(), UTF_8);
  }

  /** The worked example of the class's documentation. */
  @Test
  void encodesTheWorkedExample() {
    var labels = labels(Pod.UNKNOWN);

    assertThat(new String(labels.text().bytes(), UTF_8))
        .isEqualTo("sandbox_id=\"f1\",cri_uid=\"\",cri_name=\"\",cri_namespace=\"\"");
    assertThat(new String(labels.protobuf().bytes(), ISO_8859_1))
        .isEqualTo(
            "\n\20\n\nsandbox_id\22\2f1"
                + "\n\13\n\7cri_uid\22\0"
                + "\n\14\n\10cri_name\22\0"
                + "\n\21\n\15cri_namespace\22\0");
  }

  @Test
  void returnsTheEndOfEachValue() {
    var labels = labels(new Pod("u", "n", "s"));

    assertThat(labels.text().pieceEnds()).containsExactly(14, 26, 39, 57);
    assertThat(labels.protobuf().pieceEnds()).hasSize(8).endsWith(labels.protobuf().length());
  }

  @Test
  void escapesValuesInTextOnly() {
    var pod = new Pod("\"", "\\", "\n");

    assertThat(text(pod)).endsWith("cri_uid=\"\\\"\",cri_name=\"\\\\\",cri_namespace=\"\\n\"");
    assertThat(new String(labels(pod).protobuf().bytes(), ISO_8859_1))
        .endsWith("\n\22\n\15cri_namespace\22\1\n");
  }

  @Test
  void cutsValuesToAThousandAndTwentyFourBytesBetweenTwoCharacters() {
    assertThat(text(new Pod("x".repeat(1024), "", ""))).contains("\"" + "x".repeat(1024) + "\"");
    assertThat(text(new Pod("x".repeat(1025), "", ""))).contains("\"" + "x".repeat(1024) + "\"");
    assertThat(text(new Pod("x".repeat(1023) + "é", "", "")))
        .contains("\"" + "x".repeat(1023) + "\"");
    assertThat(text(new Pod("\ud83d\ude00".repeat(300), "", "")))
        .contains("\"" + "\ud83d\ude00".repeat(256) + "\"");
  }

  @Test
  void noLabelsAreEmptyInBothFormats() {
    assertThat(SandboxLabels.NONE.text().length()).isZero();
    assertThat(SandboxLabels.NONE.protobuf().length()).isZero();
  }
}
