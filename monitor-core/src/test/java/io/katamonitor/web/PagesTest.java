package io.katamonitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.scrape.FailureReason;
import io.katamonitor.selfmetrics.LastScrape;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PagesTest {
  private static final Accept HTML = Accept.parse("text/html");
  private static final Accept TEXT = Accept.parse("text/plain");
  private static final Accept JSON = Accept.parse("application/json");
  private static final String EVIL = "<img src=x onerror=alert(1)>\"'&\n\u2028";

  private static Sandbox sandbox(String id, Pod pod) {
    return new Sandbox(new SandboxId(id), ShimRuntime.GO, Path.of("/run/vc/sbs", id), null, pod);
  }

  private static final List<Sandbox> TWO =
      List.of(
          sandbox("a1", new Pod("u-1", "web", "shop")), sandbox("b2", new Pod(EVIL, EVIL, EVIL)));

  private static final Map<String, LastScrape> SCRAPES =
      Map.of(
          "a1",
          new LastScrape(Instant.parse("2026-11-22T10:00:00Z"), null),
          "b2",
          new LastScrape(Instant.parse("2026-11-22T10:00:00Z"), FailureReason.TIMEOUT));

  private static Page shown(Accept accept, boolean debug) {
    return new SandboxesPage(debug).show(accept, TWO, known -> SCRAPES.get(known.id().value()));
  }

  @Test
  void theTextFormIsTheIdsAlone() {
    assertThat(shown(TEXT, true)).isEqualTo(Page.text("a1\nb2\n"));
    assertThat(new SandboxesPage(true).show(TEXT, List.of(), any -> null).content()).isEmpty();
  }

  @Test
  void theJsonFormHoldsWhatIsKnownOfEach() {
    assertThat(shown(JSON, true).content())
        .startsWith(
            """
            [
             {"id":"a1","pod_name":"web","namespace":"shop","uid":"u-1","runtime":"go",\
            "state":"up","last_scrape":"2026-11-22T10:00:00Z"},
             {"id":"b2","pod_name":"\\u003cimg src=x onerror=alert(1)\\u003e\\"'\\u0026\\u000a\\u2028\"\
            """)
        .endsWith("\"state\":\"timeout\",\"last_scrape\":\"2026-11-22T10:00:00Z\"}\n]\n");
    assertThat(new SandboxesPage(true).show(JSON, List.of(), any -> null).content())
        .isEqualTo("[]\n");
    assertThat(new SandboxesPage(true).show(JSON, TWO, any -> null).content())
        .contains("\"state\":\"unknown\",\"last_scrape\":null}");
  }

  @Test
  void nothingThatAPodIsCalledBecomesMarkup() {
    var page = shown(HTML, true);

    assertThat(page.content())
        .contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;")
        .doesNotContain("<img");
    assertThat(page.securityPolicy()).startsWith("default-src 'none'");
  }

  @Test
  void whateverPodsAreCalledThePageHasTheSameElements() {
    var plain = new Pod("u", "name", "space");
    var expected = elements(page(plain));
    var letters =
        List.of("<", ">", "\"", "'", "&", "/", "=", "`", "-->", "<!--", "</td>", "<script>", "\\");
    var odd =
        List.of("\n", "\r", "\t", "\0", "\u2028", "\u202e", "&lt;", "&#60;", " onload=x ", "a");
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      var text = new StringBuilder();
      for (int length = random.nextInt(12); length >= 0; length--) {
        var from = random.nextInt(3) == 0 ? odd : letters;
        text.append(from.get(random.nextInt(from.size())));
      }
      var evil = new Pod("" + text, text.reverse().toString(), "x" + text);
      assertThat(elements(page(evil))).as("seed %d: %s", seed, evil).isEqualTo(expected);
    }
  }

  private static String page(Pod pod) {
    return new SandboxesPage(true).show(HTML, List.of(sandbox("a1", pod)), any -> null).content();
  }

  /** The page without its text and without the values of its attributes. */
  private static String elements(String page) {
    return page.replaceAll("(?s)\"[^\"]*\"", "").replaceAll("(?s)>[^<]*<", "><");
  }

  @Test
  void debugPagesAreLinkedAndListedOnlyWhereTheyAreServed() {
    assertThat(shown(HTML, true).content()).contains("/debug/pprof/?sandbox=a1");
    assertThat(shown(HTML, false).content()).doesNotContain("/debug");
    assertThat(new IndexPage(true).show(TEXT).content()).contains("/debug/pprof/trace");
    assertThat(new IndexPage(false).show(TEXT).content()).doesNotContain("/debug");
    assertThat(new IndexPage(false).show(HTML).content()).doesNotContain("/debug");
  }

  @Test
  void theIndexBeginsAsUpstreamsDoes() {
    assertThat(new IndexPage(true).show(TEXT).content())
        .startsWith("Available HTTP endpoints:\n/metrics ")
        .contains("/sandboxes ")
        .contains(": List all Kata Containers sandboxes.\n");
  }

  @Test
  void everySandboxIsATargetOfItsOwn() {
    assertThat(TargetsPage.show("node:8090", false, TWO).content())
        .startsWith(
            """
            [
             {"targets":["node:8090"],"labels":{"__scheme__":"http","__metrics_path__":"/metrics",\
            "__param_sandbox":"a1","__param_labels":"true","instance":"node:8090/a1",\
            "__meta_kata_sandbox_id":"a1","__meta_kata_cri_uid":"u-1",\
            "__meta_kata_cri_name":"web","__meta_kata_cri_namespace":"shop",\
            "__meta_kata_runtime":"go"}},
            """);
    assertThat(TargetsPage.show("node", true, List.of())).isEqualTo(Page.json("[]\n"));
  }
}
