package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.MonitorProcess;
import io.katamonitor.RunningDaemon;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sim.Fault;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import io.katamonitor.sim.SimulatedSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, over a simulated node with a generated cgroup tree. */
@Tag("system")
class PageInBrowserTest {
  private static final String REFRESHED =
      "document.querySelector('#tools form')"
          + " && document.querySelector('#updated').textContent.startsWith('Updated')";
  private static final String ROWS = "document.querySelectorAll('tbody:not(.none)').length";
  private static Browser browser;

  @TempDir Path cgroups;
  private final SimulatedNode node = SimulatedNode.start();
  private RunningDaemon daemon;

  /** Whether the simulated runtime reports the pods; otherwise the test does. */
  private boolean arePodsKnown = true;

  @BeforeAll
  static void startBrowser() throws Exception {
    browser = Browser.start();
  }

  @AfterAll
  static void stopBrowser() throws Exception {
    browser.close();
  }

  @AfterEach
  void stop() {
    if (daemon != null) {
      daemon.close();
    }
    node.close();
  }

  /** A node with the same usage in each reading. */
  private void start(int sandboxes) throws Exception {
    Files.writeString(cgroups.resolve("cgroup.controllers"), "cpu memory\n");
    for (int i = 0; i < sandboxes; i++) {
      use(node.addSandbox(Layout.GO).podKnown(arePodsKnown), 100 + i, 64L + 3 * i % 1800);
    }
    daemon = SimulatedNodes.watch(node, "-cgroup-root=" + cgroups);
    daemon.get("/metrics");
  }

  private void use(SimulatedSandbox sandbox, int seconds, long mebibytes) throws IOException {
    var path = "kubepods/pod" + sandbox.identity().uid() + "/kata_" + sandbox.id();
    var cgroup = Files.createDirectories(cgroups.resolve(path));
    Files.writeString(
        sandbox.directory().resolve("persist.json"),
        """
        {"SandboxCgroupPath":"/%s","OverheadCgroupPath":"",
         "Config":{"HypervisorType":"qemu","SandboxCgroupOnly":true}}
        """
            .formatted(path));
    Files.writeString(cgroup.resolve("cpu.stat"), "usage_usec " + seconds + "000000\n");
    Files.writeString(cgroup.resolve("memory.current"), (mebibytes << 20) + "\n");
    Files.writeString(cgroup.resolve("memory.stat"), "inactive_file 0\n");
    Files.writeString(cgroup.resolve("memory.max"), "2147483648\n");
  }

  private void open(int width, boolean isDark) throws IOException {
    browser.open("http://127.0.0.1:" + daemon.port() + "/", width, isDark, true);
    browser.await(REFRESHED);
  }

  private static void isInOrder() throws IOException {
    assertThat(browser.errors()).isEqualTo("[]");
    assertThat(browser.accessibilityProblems()).isEqualTo("[]");
    assertThat(browser.evaluate("document.documentElement.scrollWidth <= innerWidth"))
        .as("nothing is wider than the window")
        .isEqualTo("true");
  }

  @Test
  void emptyNodeShowsAMessage() throws Exception {
    start(0);
    open(1400, false);
    assertThat(browser.evaluate("document.querySelector('.none').textContent"))
        .contains("No Kata sandbox runs on this node.");
    isInOrder();
  }

  @Test
  void oneSandboxIsShownOnAPhoneToo() throws Exception {
    start(1);
    open(390, false);
    assertThat(browser.evaluate(ROWS)).isEqualTo("1");
    assertThat(browser.evaluate("document.querySelector('tbody').innerText"))
        .contains("64 MiB")
        .contains("of 2 GiB");
    isInOrder();
  }

  @Test
  void twentySandboxesAreInOrderInAllWidthsAndSchemes() throws Exception {
    start(20);
    for (int width : new int[] {390, 1400}) {
      for (boolean isDark : new boolean[] {false, true}) {
        open(width, isDark);
        assertThat(browser.evaluate(ROWS)).isEqualTo("20");
        isInOrder();
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
      isInOrder();
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
      isInOrder();
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
    isInOrder();
  }

  @Test
  void openPageShowsASandboxThatFailsAndRecovers() throws Exception {
    start(2);
    open(1400, false);
    var sandbox = node.sandboxes().getFirst();
    assertThat(browser.evaluate("document.querySelectorAll('tbody.running').length"))
        .isEqualTo("2");

    sandbox.fault(new Fault.HalfBody());
    daemon.get("/metrics");
    browser.await("document.querySelector('tbody')?.className === 'failing'");
    assertThat(browser.evaluate("document.querySelector('.why').textContent")).contains("since");
    assertThat(browser.evaluate("document.title")).isEqualTo("\"(1) kata-monitor\"");
    isInOrder();

    sandbox.fault(Fault.NONE);
    daemon.get("/metrics");
    browser.await("document.querySelectorAll('tbody.running').length === 2");
    assertThat(browser.evaluate("document.querySelector('.why')")).isEqualTo("null");
  }

  @Test
  void lostRuntimeAndALostMonitorHaveABanner() throws Exception {
    start(1);
    open(1400, false);
    browser.await("document.querySelector('#tiles').textContent.includes('reachable')");
    node.cri().stop();
    browser.await("document.querySelector('#banner').textContent.includes('does not respond at')");
    isInOrder();

    daemon.close();
    daemon = null;
    browser.await("document.body.classList.contains('stale')");
    assertThat(browser.evaluate("document.querySelector('#banner').textContent"))
        .contains("The monitor does not respond since");
    assertThat(browser.evaluate(ROWS)).isEqualTo("1");
  }

  @Test
  void searchSortAndFilterWorkByKeyboard() throws Exception {
    start(20);
    open(1400, false);
    var name = node.sandboxes().get(7).identity().podName();
    browser.press("/");
    browser.type(name);
    browser.await(ROWS + " === 1");
    assertThat(browser.evaluate("location.search")).contains("q=").contains(name);
    browser.press("Escape");
    browser.await(ROWS + " === 20");

    browser.evaluate("document.querySelector('thead button[value=memory]').focus()");
    browser.press("Enter");
    browser.await("location.search.includes('sort=-memory')");
    assertThat(
            browser.evaluate("document.querySelector('tbody .use:last-of-type, tbody').innerText"))
        .contains("121 MiB");
    assertThat(browser.evaluate("document.querySelector('[aria-sort]').ariaSort"))
        .isEqualTo("\"descending\"");

    browser.open(
        "http://127.0.0.1:" + daemon.port() + "/?state=failing&sort=pod", 1400, false, true);
    browser.await("document.querySelector('.none')?.textContent === 'No sandbox matches.'");
    isInOrder();
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

  @Test
  void idIsCopiedInASecureContextAndOutsideOne() throws Exception {
    start(2);
    for (boolean isSecure : new boolean[] {true, false}) {
      var host = isSecure ? "127.0.0.1" : "insecure.test";
      int row = isSecure ? 0 : 1; // The clipboard still has what was copied before.
      browser.open("http://" + host + ":" + daemon.port() + "/", 1400, false, true);
      browser.await(REFRESHED);
      assertThat(browser.evaluate("isSecureContext")).isEqualTo("" + isSecure);
      var id = browser.evaluate("document.querySelectorAll('tbody code')[" + row + "].title");

      browser.click("tbody:nth-of-type(" + (row + 1) + ") .copy");

      browser.await("document.querySelectorAll('.copy')[" + row + "].textContent === 'copied'");
      assertThat(browser.evaluate("document.querySelectorAll('textarea').length")).isEqualTo("0");
      // Without permission to read the clipboard, paste instead.
      browser.press("/");
      browser.press("Control+V");
      assertThat(browser.evaluate("document.querySelector('input').value")).isEqualTo(id);
      browser.await(ROWS + " === 1");
      browser.await("document.querySelector('.copy').textContent === 'copy'");
      isInOrder();
    }
  }

  @Test
  void restartOfTheMonitorIsShownWithoutAReload(@TempDir Path logs) throws Exception {
    node.addSandbox();
    var first = monitor(logs, 0);
    int port = first.awaitPort();
    try (first) {
      browser.open("http://127.0.0.1:" + port + "/", 1400, false, true);
      browser.await(REFRESHED);
      browser.evaluate("window.isTheSamePage = true");
    }
    browser.await("document.body.classList.contains('stale')");
    assertThat(browser.evaluate("document.querySelector('#banner').textContent"))
        .contains("The monitor does not respond since");

    node.addSandbox();
    try (var second = monitor(logs, port)) {
      assertThat(second.awaitPort()).isEqualTo(port);
      browser.await(ROWS + " === 2 && !document.body.classList.contains('stale')");
      assertThat(browser.evaluate("document.querySelector('#banner').textContent"))
          .startsWith("\"The monitor restarted at ")
          .doesNotContain("does not respond since");
      assertThat(browser.evaluate("window.isTheSamePage")).isEqualTo("true");
      assertThat(browser.accessibilityProblems()).isEqualTo("[]");
    }
  }

  private MonitorProcess monitor(Path logs, int port) throws IOException {
    return MonitorProcess.start(
        logs,
        "-listen-address=127.0.0.1:" + port,
        "-sandboxes-path=" + node.root(Layout.GO),
        "-runtime-endpoint=" + node.cri().socket());
  }
}
