package io.katamonitor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.server.RawClient;
import io.katamonitor.server.RequestObserver;
import io.katamonitor.server.RunningServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits of proxied requests, each reached by requests to shims that never respond. */
class ShimProxiesTest {
  private static final String PROFILE = "/debug/pprof/profile?seconds=300&sandbox=";
  private static final String VARS = "/debug/vars?sandbox=";
  private static final String AGENT_URL = "/agent-url?sandbox=";
  private static final int SANDBOXES = 18;

  @TempDir private Path root;
  private final List<ScriptedShim> shims = new ArrayList<>();
  private final List<RawClient> clients = new ArrayList<>();
  private RunningServer server;

  @BeforeEach
  void start() throws IOException {
    var ids = new String[SANDBOXES];
    for (int i = 0; i < SANDBOXES; i++) {
      ids[i] = "box" + i;
    }
    var parameter = new SandboxParameter(ScriptedShim.registry(root, ids));
    for (var id : ids) {
      var shim = new ScriptedShim();
      shims.add(shim);
      shim.listen(root.resolve(id).resolve(Sandbox.SOCKET_NAME), shim::awaitClose);
    }
    server =
        new RunningServer(
            loop -> ScriptedShim.router(loop, parameter, Duration.ofMinutes(1)),
            RequestObserver.NONE);
  }

  @AfterEach
  void stop() throws IOException {
    for (var client : clients) {
      client.close();
    }
    for (var shim : shims) {
      shim.close();
    }
    server.close();
  }

  /** Sends a request that the shim receives and does not respond to. */
  private RawClient hang(String path, int sandbox) throws Exception {
    var client = server.client().get(path + "box" + sandbox);
    clients.add(client);
    assertThat(shims.get(sandbox).requests.poll(30, TimeUnit.SECONDS)).isNotNull();
    return client;
  }

  /** Disconnects; then the connection to the shim is closed and the place free. */
  private void leave(RawClient client, int sandbox) throws Exception {
    client.close();
    assertThat(shims.get(sandbox).closed.poll(30, TimeUnit.SECONDS)).isEqualTo("while idle");
  }

  private void assertBusy(String path, int sandbox, String sentence) throws IOException {
    try (var client = server.client()) {
      var reply = client.get(path + "box" + sandbox).reply();
      assertThat(reply.code()).isEqualTo(503);
      assertThat(reply.text()).contains(sentence);
    }
  }

  @Test
  void sandboxHasOneProfileAndOneOtherRequest() throws Exception {
    var profile = hang(PROFILE, 0);
    var other = hang(AGENT_URL, 0);
    assertBusy(PROFILE, 0, "busy");
    assertBusy(VARS, 0, "busy");
    leave(profile, 0);
    assertBusy(VARS, 0, "busy");
    hang(PROFILE, 0);
    leave(other, 0);
    hang(VARS, 0);
    hang(VARS, 1);
  }

  @Test
  void sixteenAreOpenEightOfThemProfiles() throws Exception {
    var profiles = new ArrayList<RawClient>();
    for (int i = 0; i < 8; i++) {
      profiles.add(hang(PROFILE, i));
    }
    assertBusy(PROFILE, 8, "Too many");
    for (int i = 0; i < 8; i++) {
      hang(VARS, i);
    }
    assertBusy(VARS, 8, "Too many");
    leave(profiles.getFirst(), 0);
    hang(VARS, 8);
    assertBusy(PROFILE, 9, "Too many");
    leave(profiles.getLast(), 7);
    hang(PROFILE, 9);
  }
}
