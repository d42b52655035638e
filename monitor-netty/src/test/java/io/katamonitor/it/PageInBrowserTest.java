package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.SandboxId;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the page shows in a real browser. */
@Tag("system")
class PageInBrowserTest extends PageTestCase {
  @Test
  void emptyNodeShowsAMessage() throws Exception {
    start(0);
    open(1400, false);
    assertThat(browser.evaluate("document.querySelector('.none').textContent"))
        .contains("No Kata sandbox runs on this node.");
    assertInOrder();
  }

  @Test
  void oneSandboxIsShownOnAPhoneToo() throws Exception {
    start(1);
    open(390, false);
    assertThat(browser.evaluate(ROWS)).isEqualTo("1");
    assertThat(browser.evaluate("document.querySelector('tbody').innerText"))
        .contains("64 MiB")
        .contains("of 2 GiB");
    assertInOrder();
  }

  @Test
  void twentySandboxesAreInOrderInAllWidthsAndSchemes() throws Exception {
    start(20);
    for (int width : new int[] {390, 1400}) {
      for (boolean isDark : new boolean[] {false, true}) {
        open(width, isDark);
        assertThat(browser.evaluate(ROWS)).isEqualTo("20");
        assertInOrder();
      }
    }
  }

  @Test
  void namesOfPodsAreShownAsText() throws Exception {
    arePodsKnown = false;
    start(3);
    var ids = node.sandboxes().stream().map(one -> new SandboxId(one.id())).toList();
    var registry = daemon.daemon().registry();
    registry.describe(ids.get(0), new Pod("u", "<img src=x onerror=alert(1)>\u001b[2J\n", "a&b"));
    registry.describe(ids.get(1), new Pod("u", "\u202egnp.exe\u2066", "\u05e9\u05dc\u05d5\u05dd"));
    registry.describe(ids.get(2), new Pod("u", "x".repeat(253), "y".repeat(253)));
    for (int width : new int[] {390, 1400}) {
      open(width, false);
      browser.await("document.body.textContent.includes('<img src=x')");
      assertThat(browser.evaluate("document.querySelectorAll('img').length")).isEqualTo("0");
      assertThat(
              browser.evaluate("/[\\x00-\\x09\\x0b-\\x1f\\u202e\\u2066]/.test(table.textContent)"))
          .isEqualTo("false");
      assertInOrder();
    }
  }

  /** Changes each document {@code d} before the page's script sees it. */
  private static void change(String statements) throws IOException {
    browser.evaluate(
        """
        (() => {
          const real = window.fetch;
          window.fetch = async (...request) => {
            const d = await (await real(...request)).json();
            %s
            return new Response(JSON.stringify(d));
          };
        })()
        """
            .formatted(statements));
  }

  @Test
  void errorsAndHypervisorsAreShownAsText() throws Exception {
    start(1);
    for (int width : new int[] {390, 1400}) {
      open(width, false);
      change(
          """
          const text = "<img src=x onerror=alert(1)>\\u001b[2J\\u202e" + "z".repeat(253);
          Object.assign(d.sandboxes[0], { state: "failing", message: text, hypervisor: text });
          d.node.storageRoots = [{ path: text, state: "unreadable", reason: text }];
          """);
      browser.await("document.body.textContent.split('<img src=x').length === 5");
      assertThat(browser.evaluate("document.querySelectorAll('img').length")).isEqualTo("0");
      assertThat(
              browser.evaluate("/[\\x00-\\x09\\x0b-\\x1f\\u202e]/.test(document.body.textContent)"))
          .isEqualTo("false");
      assertInOrder();
    }
  }

  @Test
  void scrapeOfMoreThanTenMinutesAgoIsOldAndNotNow() throws Exception {
    start(2);
    open(1400, false);
    assertThat(browser.evaluate("document.querySelectorAll('.old').length")).isEqualTo("0");
    change("d.time = new Date(Date.parse(d.time) + 11 * 60 * 1000).toISOString();");
    browser.await("document.querySelectorAll('td.old').length === 2");
    assertThat(browser.evaluate("document.querySelector('#tiles .old').textContent"))
        .isEqualTo("\"Last scrape11 min ago\"");
    assertInOrder();
  }

  /** Names that every object of JavaScript has are no columns. */
  @Test
  void unknownOrderInTheUrlIsIgnored() throws Exception {
    start(2);
    for (var order : List.of("nothing", "__proto__", "-valueOf")) {
      browser.open("http://127.0.0.1:" + daemon.port() + "/?sort=" + order, 1400, false, true);
      browser.await(REFRESHED);
      assertThat(browser.evaluate("document.querySelector('#banner').textContent"))
          .isEqualTo("\"\"");
    }
  }

  @Test
  void pageIsCompleteWithoutAScript() throws Exception {
    start(20);
    browser.open("http://127.0.0.1:" + daemon.port() + "/", 390, false, false);
    assertThat(browser.errors()).isEqualTo("[]");
    var html = daemon.get("/", "Accept", "text/html").body();
    assertThat(html.split("<tbody class=\"running\">", -1)).hasSize(21);
    assertThat(html).contains("Without JavaScript this page");
  }

  @Test
  void itWorksBehindAPathPrefix() throws Exception {
    start(1);
    try (var prefix = new PathPrefix(daemon.port())) {
      browser.open(prefix.url(), 1400, false, true);
      browser.await(REFRESHED);
      assertThat(browser.evaluate("document.querySelector('.links a').href"))
          .contains(PathPrefix.PREFIX + "metrics?labels=true&sandbox=");
      assertThat(browser.errors()).isEqualTo("[]");
    }
  }

  /** What their first paint costs is printed; docs/performance.md has it of -Dloads=9. */
  @Test
  @Timeout(180)
  void fiveHundredSandboxesAreShown() throws Exception {
    start(500);
    open(1400, false);
    assertThat(browser.evaluate(ROWS)).isEqualTo("500");
    assertThat(browser.evaluate("document.querySelector('#tiles').innerText")).contains("500");
    browser.await("document.documentElement.classList.contains('whole')");
    assertThat(browser.accessibleElements("rowheader")).isEqualTo(500);
    assertThat(browser.errors()).isEqualTo("[]");

    int loads = Integer.getInteger("loads", 1);
    for (int width : new int[] {390, 1400}) {
      System.out.println(
          "500 sandboxes, %d pixels, medians of %d loads in ms: %s"
              .formatted(
                  width,
                  loads,
                  browser.cost("http://127.0.0.1:" + daemon.port() + "/", width, loads)));
    }
    assertThat(node.sandboxes().getFirst().scrapes()).isEqualTo(1); // By the test, not the page.
  }
}
