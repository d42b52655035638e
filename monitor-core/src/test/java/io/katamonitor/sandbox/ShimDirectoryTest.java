package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.config.CommandLine;
import io.katamonitor.config.Invocation;
import io.katamonitor.config.RuntimeRsScrape;
import io.katamonitor.sandbox.ScrapePolicy.Decision;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShimDirectoryTest {
  private static final Duration A_SECOND = Duration.ofSeconds(1);
  private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

  @TempDir Path temp;
  private Path root;
  private Path directory;
  private Path goRoot;
  private final ManualFileClock clock = new ManualFileClock();
  private ShimDirectory shim;

  @BeforeEach
  void newDirectory() throws IOException {
    goRoot = Files.createDirectory(temp.resolve("go"));
    root = Files.createDirectory(temp.resolve("any"));
    directory = Files.createDirectory(root.resolve("a1"));
    shim = shim(RuntimeRsScrape.AUTO);
  }

  private ShimDirectory shim(RuntimeRsScrape allowed) {
    return new ShimDirectory(directory, goRoot, allowed, clock);
  }

  private static RuntimeRsScrape flag(String value) {
    var invocation = CommandLine.parse("-runtime-rs-scrape", value);
    return ((Invocation.Run) invocation).configuration().runtimeRsScrape();
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(directory.resolve(name), text);
  }

  /** A file in place of the socket: only the result of lstat(2) matters. */
  private void socket() throws IOException {
    write("shim-monitor.sock", "");
  }

  private static String state(String hypervisor) {
    return "{\"hypervisor\":{\"hypervisor_type\":\"" + hypervisor + "\"}}";
  }

  private static String provenState(String hypervisor) {
    return state(hypervisor).replace("}}", ",\"passfd_listener_port\":null}}");
  }

  private void decides(Decision young, Decision old) {
    assertThat(shim.check()).as("young").isEqualTo(young);
    clock.pass(TWO_MINUTES);
    assertThat(shim.check()).as("old").isEqualTo(old);
  }

  @ParameterizedTest
  @CsvSource({
    "dragonball, SCRAPE_RUNTIME_RS",
    "clh, SCRAPE_RUNTIME_RS",
    "openvmm, SCRAPE_RUNTIME_RS",
    "cloud-hypervisor, NOT_SCRAPED",
    "remote, NOT_SCRAPED",
    "qemu, NOT_SCRAPED",
    "firecracker, NOT_SCRAPED",
    "Dragonball, NOT_SCRAPED",
    "' dragonball', NOT_SCRAPED",
    "something-new, NOT_SCRAPED",
    "'', NOT_SCRAPED",
  })
  void hypervisorDecidesForRuntimeRs(String hypervisor, Decision decision) throws IOException {
    socket();
    write("state.json", state(hypervisor));
    decides(decision, decision);
  }

  @Test
  void cloudHypervisorIsScrapedWithTheProofOfItsRelease() throws IOException {
    socket();
    write("state.json", provenState("cloud-hypervisor"));
    decides(Decision.SCRAPE_RUNTIME_RS, Decision.SCRAPE_RUNTIME_RS);
  }

  @Test
  void proofHelpsNoOtherHypervisor() throws IOException {
    socket();
    write("state.json", provenState("qemu"));
    decides(Decision.NOT_SCRAPED, Decision.NOT_SCRAPED);
  }

  @ParameterizedTest
  @CsvSource({
    "always, qemu, SCRAPE_RUNTIME_RS",
    "always, '', SCRAPE_RUNTIME_RS",
    "never, dragonball, NOT_SCRAPED",
    "'auto,qemu', qemu, SCRAPE_RUNTIME_RS",
    "'auto,qemu', QEMU, NOT_SCRAPED",
    "'auto,qemu', qemu2, NOT_SCRAPED",
    "'auto,qemu', firecracker, NOT_SCRAPED",
    "'auto,qemu', dragonball, SCRAPE_RUNTIME_RS",
    "'auto,firecracker,remote', remote, SCRAPE_RUNTIME_RS",
  })
  void flagDecidesForOtherHypervisors(String flag, String hypervisor, Decision decision)
      throws IOException {
    shim = shim(flag(flag));
    socket();
    write("state.json", state(hypervisor));
    decides(decision, decision);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "always", "auto,qemu"})
  void incompleteFileNamesNoHypervisor(String flag) throws IOException {
    shim = shim(flag(flag));
    socket();
    decides(Decision.STARTING, Decision.NOT_SCRAPED);
    write("state.json", state("qemu").substring(0, 38));
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
  }

  @Test
  void persistJsonAloneIsGoInAnyRootAndWithAnyHypervisor() throws IOException {
    socket();
    write("persist.json", "{\"Config\":{\"HypervisorType\":\"qemu\"}}");
    decides(Decision.SCRAPE_GO, Decision.SCRAPE_GO);
    write("persist.json", "");
    assertThat(shim.check()).as("its content does not matter").isEqualTo(Decision.SCRAPE_GO);
  }

  /** connect(2) fails with {@code denied} instead, which is right for a Go shim. */
  @Tag("system")
  @Test
  void runtimeRsDirectoryThatMayNoLongerBeEnteredIsNotScraped() throws Exception {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(Unprivileged.run(temp, RevokedDirectoryProgram.class, root))
        .isEqualTo(
            "rs: SCRAPE_RUNTIME_RS STARTING NOT_SCRAPED\ngo: SCRAPE_GO STARTING SCRAPE_GO\n");
  }

  @Test
  void neverAppliesToRuntimeRsOnly() throws IOException {
    shim = shim(RuntimeRsScrape.NEVER);
    socket();
    write("persist.json", "{}");
    decides(Decision.SCRAPE_GO, Decision.SCRAPE_GO);
  }

  @Test
  void stateJsonBesidePersistJsonIsRuntimeRs() throws IOException {
    socket();
    write("persist.json", "{}");
    write("state.json", state("qemu"));
    decides(Decision.NOT_SCRAPED, Decision.NOT_SCRAPED);
  }

  @Test
  void laterStateJsonDecidesEvenAfterItsRemoval() throws IOException {
    socket();
    write("persist.json", "{}");
    assertThat(shim.check()).isEqualTo(Decision.SCRAPE_GO);
    write("state.json", state("qemu"));
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
    Files.delete(directory.resolve("state.json"));
    decides(Decision.STARTING, Decision.NOT_SCRAPED);
  }

  @Test
  void onlyGoRootsAreScrapedWithoutAStateFile() throws IOException {
    directory = Files.createDirectory(goRoot.resolve("a1"));
    shim = shim(RuntimeRsScrape.AUTO);
    socket();
    decides(Decision.SCRAPE_GO, Decision.SCRAPE_GO);
    directory = Files.createDirectories(goRoot.resolve("a1/b1"));
    shim = shim(RuntimeRsScrape.AUTO);
    socket();
    clock.pass(A_SECOND);
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
    directory = root.resolve("a1");
    shim = shim(RuntimeRsScrape.AUTO);
    socket();
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
  }

  @Test
  void stateFileDecidesForRuntimeRsInTheGoRoot() throws IOException {
    directory = Files.createDirectory(goRoot.resolve("a1"));
    shim = shim(RuntimeRsScrape.AUTO);
    socket();
    write("state.json", state("qemu"));
    decides(Decision.NOT_SCRAPED, Decision.NOT_SCRAPED);
  }

  @Test
  void withoutASocketASandboxIsStartingAndThenRefused() throws IOException {
    write("persist.json", "{}");
    decides(Decision.STARTING, Decision.SCRAPE_GO);
  }

  @Test
  void socketThatGoesAwayIsRefusedAtOnce() throws IOException {
    write("persist.json", "{}");
    assertThat(shim.check()).isEqualTo(Decision.STARTING);
    socket();
    assertThat(shim.check()).isEqualTo(Decision.SCRAPE_GO);
    Files.delete(directory.resolve("shim-monitor.sock"));
    assertThat(shim.check()).isEqualTo(Decision.SCRAPE_GO);
  }

  @Test
  void runtimeRsWithoutASocketIsStartingAndThenRefused() throws IOException {
    write("state.json", state("dragonball"));
    decides(Decision.STARTING, Decision.SCRAPE_RUNTIME_RS);
  }

  @Test
  void ageEndsAtTwoMinutesExactly() throws IOException {
    write("persist.json", "{}");
    var birth = Files.readAttributes(directory, BasicFileAttributes.class).creationTime();
    clock.pass(
        Duration.ofMillis(birth.toMillis() - clock.millis()).plus(TWO_MINUTES).minusMillis(1));
    shim = shim(RuntimeRsScrape.AUTO);
    assertThat(shim.check()).isEqualTo(Decision.STARTING);
    clock.pass(Duration.ofMillis(1));
    assertThat(shim.check()).isEqualTo(Decision.SCRAPE_GO);
  }

  @Test
  void sandboxOlderThanTheMonitorIsNotStarting() throws IOException {
    clock.pass(Duration.ofHours(1));
    shim = shim(RuntimeRsScrape.AUTO);
    socket();
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
  }

  @Test
  void ageOfADirectoryFromTheFutureIsTheTimeSinceItWasFound() throws IOException {
    clock.pass(Duration.ofDays(-1));
    shim = shim(RuntimeRsScrape.AUTO);
    write("persist.json", "{}");
    decides(Decision.STARTING, Decision.SCRAPE_GO);
  }

  @Test
  void rewrittenStateFileIsReadAtTheNextCheck() throws IOException {
    socket();
    write("state.json", state("dragonball"));
    assertThat(shim.check()).isEqualTo(Decision.SCRAPE_RUNTIME_RS);
    clock.pass(TWO_MINUTES);
    for (var text : new String[] {"", state("dragonbal"), state("qemu      "), "{"}) {
      write("state.json", text);
      assertThat(shim.check()).as(text).isEqualTo(Decision.NOT_SCRAPED);
      write("state.json", state("dragonball"));
      assertThat(shim.check()).isEqualTo(Decision.SCRAPE_RUNTIME_RS);
    }
  }

  @Test
  void replacedDirectoryIsAnotherSandbox() throws IOException {
    socket();
    write("persist.json", "{}");
    assertThat(shim.check()).isEqualTo(Decision.SCRAPE_GO);
    Files.move(directory, temp.resolve("old"));
    Files.createDirectory(directory);
    assertThat(shim.check()).as("booting").isEqualTo(Decision.STARTING);
    write("state.json", state("qemu"));
    socket();
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
    Files.move(directory, temp.resolve("old2"));
    Files.move(temp.resolve("old"), directory);
    assertThat(shim.check()).isEqualTo(Decision.SCRAPE_GO);
  }

  @Test
  void directoryMadeAgainAfterItWasGoneIsBooting() throws IOException {
    socket();
    write("state.json", state("qemu"));
    clock.pass(Duration.ofHours(-1));
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
    clock.pass(TWO_MINUTES);
    Files.move(directory, temp.resolve("old"));
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
    Files.createDirectory(directory);
    write("persist.json", "{}");
    decides(Decision.STARTING, Decision.SCRAPE_GO);
  }

  @Test
  void goneDirectoryLinkAndFileAreNotScraped() throws IOException {
    socket();
    write("persist.json", "{}");
    Files.move(directory, temp.resolve("moved"));
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
    Files.createSymbolicLink(directory, temp.resolve("moved"));
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
    Files.delete(directory);
    Files.writeString(directory, "");
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
    Files.delete(directory);
    Files.move(temp.resolve("moved"), directory);
    assertThat(shim.check()).isEqualTo(Decision.SCRAPE_GO);
  }

  @Test
  void socketThatIsALinkIsNotRequested() throws IOException {
    socket();
    write("persist.json", "{}");
    assertThat(shim.check()).isEqualTo(Decision.SCRAPE_GO);
    var socket = directory.resolve("shim-monitor.sock");
    Files.move(socket, temp.resolve("other.sock"));
    Files.createSymbolicLink(socket, temp.resolve("other.sock"));
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
  }

  @Test
  void linkFifoDirectoryAndAGigabyteAsStateJsonAreNotScraped() throws Exception {
    socket();
    write("persist.json", "{}");
    clock.pass(TWO_MINUTES);
    var file = directory.resolve("state.json");
    Files.createSymbolicLink(file, Files.writeString(temp.resolve("target"), state("dragonball")));
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
    Files.delete(file);
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
    Files.delete(file);
    Files.createDirectory(file);
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
    Files.delete(file);
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 30);
    }
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
    write("state.json", "{\"hypervisor\":".repeat(100_000));
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
    write("state.json", state("dragonball"));
    assertThat(shim.check()).isEqualTo(Decision.SCRAPE_RUNTIME_RS);
  }

  @Test
  void persistJsonThatIsNotARegularFileIsIgnored() throws IOException {
    socket();
    Files.createDirectory(directory.resolve("persist.json"));
    decides(Decision.STARTING, Decision.NOT_SCRAPED);
  }

  @Test
  void entriesAreReadAgainWhenTheDirectoryChanged() throws IOException {
    clock.pass(TWO_MINUTES.plus(A_SECOND));
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
    write("persist.json", "{}");
    assertThat(shim.check()).isEqualTo(Decision.SCRAPE_GO);
    Files.delete(directory.resolve("persist.json"));
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
  }
}
