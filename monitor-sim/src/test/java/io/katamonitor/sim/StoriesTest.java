package io.katamonitor.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StoriesTest {
  private final SimulatedNode node =
      SimulatedNode.start(SimulatedNode.Options.kata(CgroupVersion.V2));
  private final Stories stories = Stories.begin(node, Preset.STORY);

  @AfterEach
  void close() {
    node.close();
  }

  private SimulatedSandbox of(Story story) {
    return stories.sandboxes(pod -> pod.story() == story).getFirst();
  }

  @Test
  void podsAreNamedAfterTheirStories() throws Exception {
    assertThat(stories.sandboxes()).hasSize(16).isEqualTo(node.sandboxes());
    assertThat(of(Story.NOT_SCRAPED).identity().podName()).matches("not-scraped-[0-9a-f]{8}-.*");
    assertThat(Shims.get(of(Story.BUSY), "/metrics")).contains("kata_guest_cpu_time");
    assertThat(Shims.get(of(Story.DENIED), "/metrics"))
        .contains("kata_shim_threads")
        .doesNotContain("kata_guest");
  }

  @Test
  void crashingPodGetsASandboxWithAHigherAttempt() {
    var first = of(Story.CRASHING);
    stories.advance(119);
    assertThat(of(Story.CRASHING)).isSameAs(first);
    stories.advance(120);
    var second = of(Story.CRASHING);
    assertThat(second.identity().uid()).isEqualTo(first.identity().uid());
    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(second.spec().attempt()).isOne();
    assertThat(first.directory()).doesNotExist();
    assertThat(node.replaced()).containsExactly(first);
    stories.advance(241);
    assertThat(of(Story.CRASHING).spec().attempt()).isEqualTo(2);
    assertThat(node.replaced()).containsExactly(second);
  }

  @Test
  void flakyPodFailsAndRecovers() {
    stories.advance(59);
    assertThat(of(Story.FLAKY).fault()).isEqualTo(Fault.NONE);
    stories.advance(60);
    assertThat(of(Story.FLAKY).fault()).isEqualTo(new Fault.Status(500));
    stories.advance(100);
    assertThat(of(Story.FLAKY).fault()).isEqualTo(Fault.NONE);
  }

  @Test
  void bootingPodHasItsStateFileOnceItRunsAndIsRecreated() throws Exception {
    var booting = of(Story.BOOTING);
    var state = booting.directory().resolve("state.json");
    assertThat(booting.socket()).exists();
    assertThat(state).doesNotExist();
    stories.advance(90);
    assertThat(state).exists();
    assertThat(Shims.get(booting, "/metrics")).contains("kata_hypervisor_vcpu");
    stories.advance(150);
    assertThat(booting.directory()).doesNotExist();
    assertThat(of(Story.BOOTING).directory().resolve("state.json")).doesNotExist();
  }

  @Test
  void lostPodHasNoShimButItsDirectoryStays() {
    var lost = of(Story.LOST);
    stories.advance(60);
    assertThat(lost.fault()).isEqualTo(new Fault.NoSocket(Fault.Instead.STALE_SOCKET));
    assertThat(lost.socket()).exists();
    assertThat(lost.directory().resolve("persist.json")).exists();
    assertThat(node.sandboxes()).contains(lost);
    stories.advance(360);
    assertThat(of(Story.LOST).spec().attempt()).isOne();
    assertThat(lost.directory()).doesNotExist();
  }

  @Test
  void everyStoryIsPlayedAndHasADescription() {
    for (var story : Story.values()) {
      assertThat(stories.sandboxes(pod -> pod.story() == story)).as(story.word()).isNotEmpty();
      assertThat(story.description()).isNotBlank();
    }
    assertThat(List.of(Story.HUNG.fault(), Story.STUCK.fault(), Story.USUAL.fault()))
        .containsExactly(new Fault.Hang(), new Fault.Stuck(), Fault.NONE);
  }
}
