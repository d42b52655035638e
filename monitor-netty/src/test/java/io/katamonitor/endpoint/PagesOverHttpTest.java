package io.katamonitor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.RunningDaemon;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import org.junit.jupiter.api.Test;

/** {@link PageEndpoint} with its {@link DocumentSender}, and the lists, over HTTP. */
class PagesOverHttpTest {
  private static RunningDaemon daemon(SimulatedNode node, String... flags) throws Exception {
    var all = java.util.Arrays.copyOf(flags, flags.length + 2);
    all[flags.length] = "-sandboxes-path=" + node.root(Layout.GO);
    all[flags.length + 1] = "-runtime-endpoint=" + node.directory().resolve("cri.sock");
    return RunningDaemon.start(all);
  }

  @Test
  void firstRequestListsTheSandboxesInOrder() throws Exception {
    try (var node = SimulatedNode.start()) {
      node.addSandboxes(3, Layout.GO);
      try (var daemon = daemon(node)) {
        var response = daemon.get("/sandboxes");

        assertThat(response.body().lines().toList())
            .hasSize(3)
            .isSorted()
            .containsExactlyInAnyOrderElementsOf(
                node.sandboxes().stream().map(sandbox -> sandbox.id()).toList());
        assertThat(response.headers().firstValue("content-type"))
            .hasValue("text/plain; charset=utf-8");
        assertThat(response.headers().firstValue("vary")).hasValue("Accept");
      }
    }
  }

  @Test
  void eachFormHasItsType() throws Exception {
    try (var node = SimulatedNode.start()) {
      var sandbox = node.addSandbox();
      try (var daemon = daemon(node)) {
        var html = daemon.get("/sandboxes", "Accept", "text/html,*/*;q=0.8");
        assertThat(html.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
        assertThat(html.headers().firstValue("content-security-policy")).isPresent();
        assertThat(html.body()).contains("\"metrics?sandbox=" + sandbox.id());

        var json = daemon.get("/sandboxes", "Accept", "application/json");
        assertThat(json.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(json.body()).contains("\"id\":\"" + sandbox.id() + "\"");

        assertThat(daemon.get("/", "Accept", "text/html").body()).startsWith("<!DOCTYPE html>");
        assertThat(daemon.get("/").body()).startsWith("Available HTTP endpoints:\n");
      }
    }
  }

  @Test
  void targetsHaveTheAddressTheClientUsed() throws Exception {
    try (var node = SimulatedNode.start()) {
      var sandbox = node.addSandbox();
      try (var daemon = daemon(node)) {
        var response = daemon.get("/sd");

        assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(response.body())
            .contains("{\"targets\":[\"127.0.0.1:" + daemon.port() + "\"]")
            .contains("\"__param_sandbox\":\"" + sandbox.id() + "\"");
      }
    }
  }

  @Test
  void debugEndpointsCanBeSwitchedOff() throws Exception {
    try (var node = SimulatedNode.start()) {
      var sandbox = node.addSandbox();
      try (var daemon = daemon(node, "-debug-endpoints=false")) {
        assertThat(daemon.get("/debug/vars?sandbox=" + sandbox.id()).statusCode()).isEqualTo(404);
        assertThat(daemon.get("/agent-url?sandbox=" + sandbox.id()).statusCode()).isEqualTo(200);
      }
    }
  }
}
