package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.config.CommandLine;
import io.katamonitor.config.Invocation;
import io.katamonitor.config.RuntimeRsScrape;
import io.katamonitor.sandbox.ScrapePolicy.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The directory of one sandbox in a root of any runtime, beside a root of the Go runtime. */
abstract class ShimDirectoryTestCase {
  static final Duration A_SECOND = Duration.ofSeconds(1);
  static final Duration TWO_MINUTES = Duration.ofMinutes(2);

  @TempDir Path temp;
  Path root;
  Path directory;
  Path goRoot;
  final ManualFileClock clock = new ManualFileClock();
  ShimDirectory shim;

  @BeforeEach
  void newDirectory() throws IOException {
    goRoot = Files.createDirectory(temp.resolve("go"));
    root = Files.createDirectory(temp.resolve("any"));
    directory = Files.createDirectory(root.resolve("a1"));
    shim = shim(RuntimeRsScrape.AUTO);
  }

  ShimDirectory shim(RuntimeRsScrape allowed) {
    return new ShimDirectory(directory, goRoot, allowed, clock);
  }

  static RuntimeRsScrape flag(String value) {
    var invocation = CommandLine.parse("-runtime-rs-scrape", value);
    return ((Invocation.Run) invocation).configuration().runtimeRsScrape();
  }

  void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  /** A file in place of the socket: only the result of lstat(2) matters. */
  void socket() throws IOException {
    write("shim-monitor.sock", "");
  }

  static String state(String hypervisor) {
    return "{\"hypervisor\":{\"hypervisor_type\":\"" + hypervisor + "\"}}";
  }

  static String provenState(String hypervisor) {
    return state(hypervisor).replace("}}", ",\"passfd_listener_port\":null}}");
  }

  void assertDecisions(Decision young, Decision old) {
    assertThat(shim.check()).as("young").isEqualTo(young);
    clock.pass(TWO_MINUTES);
    assertThat(shim.check()).as("old").isEqualTo(old);
  }
}
