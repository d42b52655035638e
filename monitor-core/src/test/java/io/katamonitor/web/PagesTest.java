package io.katamonitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PagesTest {
  private static Sandbox sandbox(String id, Pod pod) {
    return new Sandbox(new SandboxId(id), ShimRuntime.GO, Path.of("/run/vc/sbs", id), null, pod);
  }

  private static final List<Sandbox> TWO =
      List.of(
          sandbox("a1", new Pod("u-1", "web", "shop")),
          sandbox("b2", new Pod("<u>", "\"\n\u2028", "&")));

  @Test
  void textListIsTheIdsAlone() {
    assertThat(new SandboxesPage(true).text(TWO)).isEqualTo(new Page(Page.TEXT, "a1\nb2\n", ""));
    assertThat(new SandboxesPage(true).text(List.of()).content()).isEmpty();
  }

  @Test
  void htmlListHasRelativeLinksAndNoScript() {
    var page = new SandboxesPage(true).html(TWO);

    assertThat(page.content())
        .contains(
            "<li>a1: <a href=\"debug/pprof/?sandbox=a1\">pprof</a>,"
                + " <a href=\"metrics?sandbox=a1\">metrics</a>,"
                + " <a href=\"agent-url?sandbox=a1\">agent-url</a></li>")
        .doesNotContain("href=\"/")
        .doesNotContain("<script");
    assertThat(page.securityPolicy()).startsWith("default-src 'none'");
  }

  @Test
  void debugPagesAreLinkedAndListedOnlyWhereTheyAreServed() {
    assertThat(new SandboxesPage(false).html(TWO).content()).doesNotContain("debug/");
    assertThat(new IndexPage(true).text().content()).contains("/debug/pprof/trace");
    assertThat(new IndexPage(false).text().content()).doesNotContain("/debug");
  }

  @Test
  void indexBeginsAsUpstreamsDoes() {
    assertThat(new IndexPage(true).text().content())
        .startsWith("Available HTTP endpoints:\n/metrics ")
        .contains("/sandboxes ")
        .contains(": List all Kata Containers sandboxes.\n");
  }

  @Test
  void everySandboxIsASeparateTarget() {
    assertThat(TargetsPage.show("node:8090", false, TWO).content())
        .isEqualTo(
            """
            [
             {"targets":["node:8090"],"labels":{"__scheme__":"http","__metrics_path__":"/metrics",\
            "__param_sandbox":"a1","__param_labels":"true","instance":"node:8090/a1",\
            "__meta_kata_sandbox_id":"a1","__meta_kata_cri_uid":"u-1",\
            "__meta_kata_cri_name":"web","__meta_kata_cri_namespace":"shop",\
            "__meta_kata_runtime":"go"}},
             {"targets":["node:8090"],"labels":{"__scheme__":"http","__metrics_path__":"/metrics",\
            "__param_sandbox":"b2","__param_labels":"true","instance":"node:8090/b2",\
            "__meta_kata_sandbox_id":"b2","__meta_kata_cri_uid":"\\u003cu\\u003e",\
            "__meta_kata_cri_name":"\\"\\u000a\\u2028","__meta_kata_cri_namespace":"\\u0026",\
            "__meta_kata_runtime":"go"}}
            ]
            """);
    assertThat(TargetsPage.show("node", true, List.of())).isEqualTo(Page.json("[]\n"));
  }
}
