package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.config.RuntimeRsScrape;
import io.katamonitor.sandbox.ScrapePolicy.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShimDirectoryTest extends ShimDirectoryTestCase {
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
    assertDecisions(decision, decision);
  }

  @Test
  void cloudHypervisorIsScrapedWithTheProofOfItsRelease() throws IOException {
    socket();
    write("state.json", provenState("cloud-hypervisor"));
    assertDecisions(Decision.SCRAPE_RUNTIME_RS, Decision.SCRAPE_RUNTIME_RS);
  }

  @Test
  void proofHelpsNoOtherHypervisor() throws IOException {
    socket();
    write("state.json", provenState("qemu"));
    assertDecisions(Decision.NOT_SCRAPED, Decision.NOT_SCRAPED);
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
    assertDecisions(decision, decision);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "always", "auto,qemu"})
  void incompleteFileNamesNoHypervisor(String flag) throws IOException {
    shim = shim(flag(flag));
    socket();
    assertDecisions(Decision.STARTING, Decision.NOT_SCRAPED);
    write("state.json", state("qemu").substring(0, 38));
    assertThat(shim.check()).isEqualTo(Decision.NOT_SCRAPED);
  }

  @Test
  void persistJsonAloneIsGoInAnyRootAndWithAnyHypervisor() throws IOException {
    socket();
    write("persist.json", "{\"Config\":{\"HypervisorType\":\"qemu\"}}");
    assertDecisions(Decision.SCRAPE_GO, Decision.SCRAPE_GO);
    write("persist.json", "");
    assertThat(shim.check()).as("its content does not matter").isEqualTo(Decision.SCRAPE_GO);
  }

  @Test
  void neverAppliesToRuntimeRsOnly() throws IOException {
    shim = shim(RuntimeRsScrape.NEVER);
    socket();
    write("persist.json", "{}");
    assertDecisions(Decision.SCRAPE_GO, Decision.SCRAPE_GO);
  }

  @Test
  void stateJsonBesidePersistJsonIsRuntimeRs() throws IOException {
    socket();
    write("persist.json", "{}");
    write("state.json", state("qemu"));
    assertDecisions(Decision.NOT_SCRAPED, Decision.NOT_SCRAPED);
  }

  @Test
  void onlyGoRootsAreScrapedWithoutAStateFile() throws IOException {
    directory = Files.createDirectory(goRoot.resolve("a1"));
    shim = shim(RuntimeRsScrape.AUTO);
    socket();
    assertDecisions(Decision.SCRAPE_GO, Decision.SCRAPE_GO);
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
    assertDecisions(Decision.NOT_SCRAPED, Decision.NOT_SCRAPED);
  }

  @Test
  void withoutASocketASandboxIsStartingAndThenRefused() throws IOException {
    write("persist.json", "{}");
    assertDecisions(Decision.STARTING, Decision.SCRAPE_GO);
  }

  @Test
  void runtimeRsWithoutASocketIsStartingAndThenRefused() throws IOException {
    write("state.json", state("dragonball"));
    assertDecisions(Decision.STARTING, Decision.SCRAPE_RUNTIME_RS);
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
    assertDecisions(Decision.STARTING, Decision.SCRAPE_GO);
  }
}
