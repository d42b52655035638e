package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.ShimRuntime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedPathTest {
  private static final String SYSTEMD = "kubepods-burstable-podX.slice:cri-containerd:ID";
  private static final String SCOPE =
      "kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podX.slice/cri-containerd-ID.scope";

  private static List<String> go(String recorded, boolean only) {
    return RecordedPath.candidates(recorded, ShimRuntime.GO, only);
  }

  private static List<String> rs(String recorded) {
    return RecordedPath.candidates(recorded, ShimRuntime.RUNTIME_RS, false);
  }

  @Test
  void cgroupfsPathsLoseTheirLeadingSlash() {
    assertThat(go("/kubepods/burstable/podX/kata_ID", true))
        .containsExactly("kubepods/burstable/podX/kata_ID");
    assertThat(go("/kata_overhead/ID", false)).containsExactly("kata_overhead/ID");
    assertThat(rs("kubepods/podX/ID")).containsExactly("kubepods/podX/ID");
    assertThat(rs("kata_sandboxed_pod/ID")).containsExactly("kata_sandboxed_pod/ID");
    assertThat(rs("//kubepods//podX/ID/")).containsExactly("kubepods/podX/ID");
  }

  @Test
  void goRuntimeDecidesBetweenScopeAndLiteralByItsFlag() {
    assertThat(go(SYSTEMD, true)).containsExactly(SCOPE);
    assertThat(go(SYSTEMD, false)).containsExactly(SYSTEMD);
    assertThat(go("/" + SYSTEMD, false)).containsExactly(SYSTEMD);
  }

  @Test
  void runtimeRsIsTriedAsAScopeAndThenAsALiteral() {
    assertThat(rs(SYSTEMD)).containsExactly(SCOPE, SYSTEMD);
    assertThat(rs("kata-overhead.slice:runtime-rs:ID"))
        .startsWith("kata.slice/kata-overhead.slice/runtime-rs-ID.scope");
  }

  @Test
  void namesOfUnitsFollowTheRuntime() {
    assertThat(rs("a.slice::ID")).startsWith("a.slice/ID.scope");
    assertThat(rs("a.slice:p:b.slice")).startsWith("a.slice/b.slice");
    assertThat(go("a.slice::ID", true)).containsExactly("a.slice/-ID.scope");
    assertThat(go("a.slice:p:b.slice", true)).containsExactly("a.slice/p-b.slice.scope");
    assertThat(go("-.slice:crio:ID", true)).containsExactly("crio-ID.scope");
  }

  @Test
  void otherFormatsAreLiterals() {
    assertThat(rs("a.slice:ID")).containsExactly("a.slice:ID");
    assertThat(rs("a.slice:b:c:d")).containsExactly("a.slice:b:c:d");
    assertThat(rs("a:b:c")).containsExactly("a:b:c");
    assertThat(rs("x/a.slice:b:c")).containsExactly("x/a.slice:b:c");
  }

  @ParameterizedTest
  @ValueSource(strings = {".slice:p:ID", "-a.slice:p:ID", "a-.slice:p:ID", "a--b.slice:p:ID"})
  void slicesThatSystemdRejectsAreNoScope(String recorded) {
    assertThat(go(recorded, true)).isEmpty();
    assertThat(rs(recorded)).containsExactly(recorded);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "//",
        "/vc",
        "vc/",
        "/kata_vc",
        "kata_vc",
        "/kata_overhead",
        "/kata_overhead/",
        "/kubepods/../../etc",
        "..",
        "/kubepods/./podX",
        "/kubepods/pod X",
        "/kubepods/pod\u0000X",
        "/kubepods/p\u00f6d"
      })
  void sharedAndUnsafePathsAreRejected(String recorded) {
    assertThat(go(recorded, true)).isEmpty();
    assertThat(rs(recorded)).isEmpty();
  }

  @Test
  void pathMayHaveThousandTwentyFourCharactersAndNoMore() {
    var longest = "a".repeat(RecordedPath.MAX_LENGTH);

    assertThat(rs(longest)).containsExactly(longest);
    assertThat(rs(longest + "a")).isEmpty();
  }
}
