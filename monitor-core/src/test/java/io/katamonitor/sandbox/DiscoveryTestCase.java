package io.katamonitor.sandbox;

import static io.katamonitor.sandbox.Eventually.SOON;
import static io.katamonitor.sandbox.Eventually.within;

import io.katamonitor.sandbox.RootStatus.State;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** Two storage roots in memory and the discovery that a test starts on them. */
abstract class DiscoveryTestCase {
  static final Duration NEVER = Duration.ofDays(1);

  /** On a file system in memory, as /run is: a disk takes seconds for 5,000 folders. */
  static final class InMemory implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext field, ExtensionContext test)
        throws IOException {
      var memory = Path.of("/dev/shm");
      return Files.isWritable(memory)
          ? Files.createTempDirectory(memory, "kata")
          : Files.createTempDirectory("kata");
    }
  }

  @TempDir(factory = InMemory.class)
  Path temp;

  Path sbs;
  Path kata;
  final SandboxRegistry registry = new SandboxRegistry();
  SandboxDiscovery discovery = new SandboxDiscovery(List.of(), registry);

  @BeforeEach
  void roots() throws IOException {
    sbs = Files.createDirectories(temp.resolve("vc/sbs"));
    kata = Files.createDirectory(temp.resolve("kata"));
  }

  @AfterEach
  void stop() {
    discovery.close();
  }

  void start(Path... roots) {
    discovery = new SandboxDiscovery(List.of(roots), registry);
    discovery.start();
  }

  List<String> ids() {
    var ids = new ArrayList<String>();
    registry.snapshot().forEach(sandbox -> ids.add(sandbox.id().value()));
    return ids;
  }

  void sees(String... ids) throws InterruptedException {
    within(SOON, "seen " + List.of(ids), () -> ids().equals(List.of(ids)));
  }

  static void mkdir(Path parent, String... names) throws IOException {
    for (var name : names) {
      Files.createDirectory(parent.resolve(name));
    }
  }

  List<State> states() {
    var states = new ArrayList<State>();
    discovery.roots().forEach(root -> states.add(root.state()));
    return states;
  }

  static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(new File("/dev/null"))
        .start()
        .waitFor();
  }

  static String state(String hypervisor) {
    return "{\"sandbox_type\":\"virt_container\",\"hypervisor\":{\"hypervisor_type\":\""
        + hypervisor
        + "\"}}\n";
  }
}
