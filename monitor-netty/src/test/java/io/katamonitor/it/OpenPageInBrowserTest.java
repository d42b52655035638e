package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.MonitorProcess;
import io.katamonitor.sim.Fault;
import io.katamonitor.sim.Layout;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page that stays open in a real browser: changes of the node, keyboard and clipboard. */
@Tag("system")
class OpenPageInBrowserTest extends PageTestCase {
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
    assertInOrder();

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
    assertInOrder();

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
    assertInOrder();
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
      assertInOrder();
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
