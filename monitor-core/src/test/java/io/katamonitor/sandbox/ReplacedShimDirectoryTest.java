package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.ScrapePolicy.Decision;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A {@link ShimDirectory} that is replaced, and files in it that change or are none. */
class ReplacedShimDirectoryTest extends ShimDirectoryTestCase {
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
  void laterStateJsonDecidesEvenAfterItsRemoval() throws IOException {
    socket();
    write("persist.json", "{}");
    assertThat(shim.check()).isEqualTo(Decision.SCRAPE_GO);
    write("state.json", state("qemu"));
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
    Files.delete(directory.resolve("state.json"));
    assertDecisions(Decision.STARTING, Decision.NOT_SCRAPED);
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
    assertDecisions(Decision.STARTING, Decision.SCRAPE_GO);
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
    assertDecisions(Decision.STARTING, Decision.NOT_SCRAPED);
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
