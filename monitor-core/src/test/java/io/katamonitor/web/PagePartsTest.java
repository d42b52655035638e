package io.katamonitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.RootStatus;
import io.katamonitor.scrape.SandboxState;
import io.katamonitor.scrape.SandboxStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PagePartsTest {
  private static String page(NodeFixture node) {
    return NodeFixture.text(new PageParts(node.snapshot(), true));
  }

  /** The page without style and script. */
  private static String markup(String page) {
    return page.replace(PageResources.STYLE, "").replace(PageResources.SCRIPT, "");
  }

  private static String markup(NodeFixture node) {
    return markup(page(node));
  }

  @Test
  void sandboxIsARow() {
    var node = new NodeFixture().add(NodeFixture.ID, new Pod("u", "web-0", "shop"));
    node.scrape();
    node.time.pass(Duration.ofSeconds(10));

    assertThat(markup(node))
        .contains("<tbody class=\"running\"><tr><td><span class=\"state\">running</span></td>")
        .contains("<bdi>web-0</bdi><small><bdi>shop</bdi>")
        .contains("<code title=\"" + NodeFixture.ID + "\">0123456789ab</code>")
        .contains("runtime-rs<small><bdi>dragonball</bdi></small>")
        .contains("<td>0.250</td>")
        .contains("<td>300 MiB<small>of 2 GiB</small></td><td>100 MiB</td>")
        .contains(">10 s ago</time></td><td>13 ms</td><td>812</td>")
        .contains("href=\"metrics?labels=true&amp;sandbox=" + NodeFixture.ID + "\"")
        .contains("href=\"debug/pprof/?sandbox=")
        .contains("<dt>CPU of all pods</dt><dd>0.250 <small>cores</small></dd>")
        .doesNotContain("href=\"/");
  }

  @Test
  void failingSandboxesComeFirstWithTheirReason() {
    var node = NodeFixture.withSandboxes(2);
    node.isFailing();
    node.time.pass(Duration.ofMinutes(4));

    assertThat(markup(node))
        .contains("<tbody class=\"failing\">")
        .contains("<div class=\"bad\"><dt>In trouble</dt><dd>2</dd></div>")
        .contains(
            "<tr class=\"why\"><td colspan=\"11\"><bdi>It timed out: no whole response within"
                + " 3 s</bdi> <small>since <time datetime=\"1970-01-01T00:00:00Z\">1970-01-01"
                + " 00:00:00 UTC</time> (4 min)</small>");
  }

  @Test
  void scrapeOfMoreThanTenMinutesIsOld() {
    var node = NodeFixture.withSandboxes(1);
    node.time.pass(Duration.ofMinutes(10));
    assertThat(markup(node)).doesNotContain("class=\"old\"");
    node.time.pass(Duration.ofSeconds(1));
    assertThat(markup(node))
        .contains("<div class=\"old\"><dt>Last scrape</dt><dd>10 min ago</dd></div>")
        .contains("<td class=\"old\"><time");
  }

  @Test
  void lostRuntimeAndAnUnreadableRootHaveABanner() {
    var node = new NodeFixture();
    node.runtimeReachable = false;
    node.roots =
        List.of(
            new RootStatus(
                Path.of("/run/vc/sbs"), RootStatus.State.UNREADABLE, "Permission <denied>"),
            new RootStatus(Path.of("/run/kata"), RootStatus.State.DELETED, "restart it"));

    assertThat(markup(node))
        .contains("The container runtime does not respond at /run/containerd/containerd.sock")
        .contains("The storage root /run/vc/sbs cannot be read: Permission &lt;denied&gt;")
        .contains("The storage root /run/kata is lost: restart it")
        .contains("No Kata sandbox runs on this node.");
  }

  @Test
  void sandboxThatIsNotScrapedHasNoLinkToARawBody() {
    var node = NodeFixture.withSandboxes(1);
    node.status = new SandboxStatus(SandboxState.NOT_SCRAPED, null, "why", Instant.EPOCH);
    assertThat(markup(node)).contains(">not scraped<").doesNotContain(">raw<").contains(": why<");
  }

  @Test
  void namesOfPodsNeverAddElements() {
    var expected = elements(new Pod("u", "name", "space"));
    var letters =
        List.of("<", ">", "\"", "'", "&", "/", "=", "`", "-->", "<!--", "</td>", "<script>", "\\");
    var odd =
        List.of("\n", "\r", "\t", "\0", "\u2028", "\u202e", "&lt;", "&#60;", " onload=x ", "a");
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      var text = new StringBuilder();
      for (int length = random.nextInt(12); length >= 0; length--) {
        var from = random.nextInt(3) == 0 ? odd : letters;
        text.append(from.get(random.nextInt(from.size())));
      }
      var evil = new Pod("" + text, text.reverse().toString(), "x" + text);
      assertThat(elements(evil)).as("seed %d: %s", seed, evil).isEqualTo(expected);
    }
  }

  /** The page of a failing sandbox without its text and without the values of its attributes. */
  private static String elements(Pod pod) {
    var node = new NodeFixture().add("a1", pod);
    node.status =
        new SandboxStatus(SandboxState.NOT_SCRAPED, null, pod.name() + pod.uid(), Instant.EPOCH);
    return markup(node).replaceAll("(?s)\"[^\"]*\"", "").replaceAll("(?s)>[^<]*<", "><");
  }

  @Test
  void fiveHundredSandboxesTakeLessThanAMebibyte() {
    assertThat(page(NodeFixture.withSandboxes(500)).length()).isBetween(300_000, 1 << 20);
  }

  /** Nothing but the page's own style and script may act, and neither can end its element. */
  @Test
  void securityPolicyAllowsOnlyOwnStyleAndScript() {
    assertThat(DocumentForm.PAGE.securityPolicy())
        .startsWith("default-src 'none'; style-src 'sha256-")
        .doesNotContain("unsafe")
        .doesNotContain("http");
    assertThat(PageResources.SCRIPT + PageResources.STYLE).doesNotContain("</s", "<!--", "https:");
    assertThat(page(new NodeFixture()).split("<script>", -1)).hasSize(2);
  }
}
