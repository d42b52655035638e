package io.katamonitor.usage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimedPathsTest {
  private final ClaimedPaths claims = new ClaimedPaths();

  @BeforeEach
  void twoSandboxes() {
    claims.addSandbox("aaaa");
    claims.addSandbox("bbbb");
  }

  @Test
  void pathOfOneSandboxBelongsToIt() {
    claims.claim("aaaa", "kubepods/podx");
    claims.claim("bbbb", "kubepods/pody");

    assertThat(claims.isGranted("aaaa", "kubepods/podx")).isTrue();
    assertThat(claims.isGranted("bbbb", "kubepods/pody")).isTrue();
  }

  @Test
  void pathOfTwoSandboxesBelongsToNeither() {
    claims.claim("aaaa", "kubepods/podx");
    claims.claim("bbbb", "kubepods/podx");

    assertThat(claims.isGranted("aaaa", "kubepods/podx")).isFalse();
    assertThat(claims.isGranted("bbbb", "kubepods/podx")).isFalse();
  }

  @Test
  void pathOfTwoSandboxesBelongsToTheOneWhoseIdItContains() {
    claims.claim("aaaa", "podx/kata_aaaa");
    claims.claim("bbbb", "podx/kata_aaaa");

    assertThat(claims.isGranted("aaaa", "podx/kata_aaaa")).isTrue();
    assertThat(claims.isGranted("bbbb", "podx/kata_aaaa")).isFalse();
  }

  @Test
  void pathWithAnotherIdIsNotGranted() {
    claims.claim("bbbb", "podx.slice/cri-containerd-aaaa.scope");
    claims.claim("bbbb", "podx/aaaa/child");
    claims.claim("bbbb", "podx.slice:cri-containerd:aaaa");

    assertThat(claims.isGranted("bbbb", "podx.slice/cri-containerd-aaaa.scope")).isFalse();
    assertThat(claims.isGranted("bbbb", "podx/aaaa/child")).isFalse();
    assertThat(claims.isGranted("bbbb", "podx.slice:cri-containerd:aaaa")).isFalse();
  }

  @Test
  void pathAboveAnotherBelongsToNoSandbox() {
    claims.claim("aaaa", "kubepods/podx/kata_aaaa");
    claims.claim("bbbb", "kubepods");

    assertThat(claims.isGranted("bbbb", "kubepods")).isFalse();
    assertThat(claims.isGranted("aaaa", "kubepods/podx/kata_aaaa")).isTrue();
  }

  @Test
  void twoPathsOfOneSandboxMayBeNested() {
    claims.claim("aaaa", "podx");
    claims.claim("aaaa", "podx/overhead");

    assertThat(claims.isGranted("aaaa", "podx")).isTrue();
    assertThat(claims.isGranted("aaaa", "podx/overhead")).isTrue();
  }

  @Test
  void idInsideALongerNameDoesNotCount() {
    claims.claim("bbbb", "podx/kata_aaaa1");
    claims.claim("bbbb", "podx/xaaaa");

    assertThat(claims.isGranted("bbbb", "podx/kata_aaaa1")).isTrue();
    assertThat(claims.isGranted("bbbb", "podx/xaaaa")).isTrue();
  }
}
