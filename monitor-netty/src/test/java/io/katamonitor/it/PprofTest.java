package io.katamonitor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.RunningDaemon;
import io.katamonitor.guard.Await;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code go tool pprof} through the monitor, on a Go program. */
@Tag("system")
class PprofTest {
  /** Nothing is fetched: the program needs Go's own packages only. */
  private static final Map<String, String> OFFLINE =
      Map.of("GO111MODULE", "off", "GOFLAGS", "", "GOPROXY", "off", "CGO_ENABLED", "0");

  private final SimulatedNode node = SimulatedNode.start();
  @TempDir private Path folder;
  private RunningDaemon daemon;

  @BeforeEach
  void start() throws Exception {
    daemon = SimulatedNodes.watch(node);
  }

  @AfterEach
  void stop() {
    daemon.close();
    node.close();
  }

  private String pprof(String... more) throws IOException, InterruptedException {
    var command = new String[5 + more.length];
    System.arraycopy(
        new String[] {"go", "tool", "pprof", "-top", "-symbolize=remote"}, 0, command, 0, 5);
    System.arraycopy(more, 0, command, 5, more.length);
    var environment = Map.of("PPROF_TMPDIR", folder.toString());
    return Tool.run(new byte[0], environment, command).mustSucceed();
  }

  @Test
  void readsACpuProfileOfAGoProgram() throws Exception {
    var program = folder.resolve("shim").toString();
    var source = Path.of("src/test/go/shim/main.go").toAbsolutePath().toString();
    Tool.run(new byte[0], OFFLINE, "go", "build", "-o", program, source).mustSucceed();
    var id = "real-go-program";
    var directory = Files.createDirectory(node.root(Layout.GO).resolve(id));
    var shim =
        new ProcessBuilder(program, directory.resolve("shim-monitor.sock").toString())
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(shim.inputReader().readLine()).isEqualTo("ready");
      awaitListed(id);
      var top =
          pprof(
              "http://127.0.0.1:%d/debug/pprof/profile?sandbox=%s&seconds=1"
                  .formatted(daemon.port(), id));
      assertThat(top).contains("Type: cpu", "main.spin");
      // pprof drops the query in requests for symbols, which lack the sandbox then: done manually.
      assertThat(symbols(id, addressOf("main.spin", program))).contains(" main.spin\n");
      assertThat(daemon.get("/debug/pprof/?sandbox=" + id).body())
          .contains("sandbox=" + id, "heap");
      assertThat(
              pprof("http://127.0.0.1:%d/debug/pprof/heap?sandbox=%s".formatted(daemon.port(), id)))
          .contains("Type: inuse_space");
    } finally {
      shim.destroy();
      shim.waitFor(30, TimeUnit.SECONDS);
    }
  }

  private static String addressOf(String function, String program)
      throws IOException, InterruptedException {
    for (var line : Tool.run("go", "tool", "nm", program).mustSucceed().split("\n", -1)) {
      if (line.endsWith(" " + function)) {
        return "0x" + line.strip().split(" ", 2)[0];
      }
    }
    throw new AssertionError("no " + function + " in " + program);
  }

  /** The response of net/http/pprof's symbol page about an address, requested as by pprof. */
  private String symbols(String id, String address) throws IOException, InterruptedException {
    var page = "http://127.0.0.1:%d/debug/pprof/symbol?sandbox=%s".formatted(daemon.port(), id);
    return Tool.run("curl", "-sS", "--data", address + "+" + address, page).mustSucceed();
  }

  private void awaitListed(String id) throws Exception {
    Await.until("listed", () -> daemon.get("/sandboxes").body().contains(id));
  }
}
