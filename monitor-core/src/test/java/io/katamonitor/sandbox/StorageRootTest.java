package io.katamonitor.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.RootStatus.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageRootTest {
  private static final Duration RELIST = Duration.ofSeconds(30);

  @TempDir Path temp;
  private Path path;
  private final ManualFileClock clock = new ManualFileClock();
  private final Semaphore places = new Semaphore(3);
  private RootChanges changes = new RootChanges();
  private StorageRoot root;

  @BeforeEach
  void newRoot() {
    path = temp.resolve("root");
    root = new StorageRoot(path, FolderWatches.none(), RELIST, clock, places);
  }

  private void update() {
    changes = new RootChanges();
    root.checkPath(changes);
    root.relist(changes);
    root.refreshDue(changes);
  }

  private State state() {
    return root.status().state();
  }

  private boolean has(String id) {
    return root.sandbox(new SandboxId(id)) != null;
  }

  private void mkdir(String... names) throws IOException {
    for (var name : names) {
      Files.createDirectories(path.resolve(name));
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Test
  void itIsUnreadableBeforeTheFirstRead() {
    assertThat(root.status()).isEqualTo(new RootStatus(path, State.UNREADABLE, "not read yet"));
  }

  @Test
  void absentThenReadableThenAbsent() throws IOException {
    update();
    assertThat(state()).isEqualTo(State.ABSENT);
    mkdir("a1");
    update();
    assertThat(state()).isEqualTo(State.READABLE);
    assertThat(has("a1")).isTrue();
    Files.move(path, temp.resolve("elsewhere"));
    update();
    assertThat(state()).isEqualTo(State.ABSENT);
    assertThat(has("a1")).isFalse();
    assertThat(changes.touched).containsExactly(new SandboxId("a1"));
  }

  @Test
  void rootIsAbsentIfItsParentIsAFileOrItIsABrokenLink() throws IOException {
    var below = Files.writeString(temp.resolve("file"), "").resolve("root");
    root = new StorageRoot(below, FolderWatches.none(), RELIST, clock, places);
    update();
    assertThat(state()).isEqualTo(State.ABSENT);
    newRoot();
    Files.createSymbolicLink(path, temp.resolve("nowhere"));
    update();
    assertThat(state()).isEqualTo(State.ABSENT);
  }

  @Test
  void fileInPlaceOfTheRootIsUnreadable() throws IOException {
    mkdir("a1");
    update();
    Files.move(path, temp.resolve("elsewhere"));
    Files.writeString(path, "");
    update();
    assertThat(root.status()).isEqualTo(new RootStatus(path, State.UNREADABLE, "not a directory"));
    assertThat(has("a1")).isFalse();
    Files.delete(path);
    Files.move(temp.resolve("elsewhere"), path);
    update();
    assertThat(state()).isEqualTo(State.READABLE);
    assertThat(has("a1")).isTrue();
  }

  @Test
  void linkToItselfIsUnreadable() throws IOException {
    Files.createSymbolicLink(path, path);
    update();
    assertThat(state()).isEqualTo(State.UNREADABLE);
    assertThat(root.status().reason()).contains("Too many levels of symbolic links");
  }

  @Tag("system")
  @Test
  void directoryDeletedUnderItsMountIsReported() throws Exception {
    var host = Files.createDirectory(temp.resolve("host"));
    Files.createDirectory(path);
    assertThat(run("mount", "--bind", host.toString(), path.toString()))
        .as("only root may mount")
        .isZero();
    try {
      update();
      assertThat(state()).isEqualTo(State.READABLE);
      Files.delete(host);
      Files.createDirectory(host);
      update();
      assertThat(state()).isEqualTo(State.DELETED);
      assertThat(root.status().reason()).contains("start this container again");
      update();
      assertThat(state()).isEqualTo(State.DELETED);
    } finally {
      run("umount", path.toString());
    }
    update();
    assertThat(state()).isEqualTo(State.READABLE);
  }

  @Tag("system")
  @Test
  void sandboxesOfADirectoryDeletedUnderItsMountAreRemoved() throws Exception {
    var host = Files.createDirectory(temp.resolve("host"));
    Files.createDirectory(host.resolve("a1"));
    Files.createDirectory(path);
    assertThat(run("mount", "--bind", host.toString(), path.toString())).isZero();
    try {
      update();
      assertThat(has("a1")).isTrue();
      Files.delete(host.resolve("a1"));
      Files.delete(host);
      clock.pass(Duration.ofSeconds(1));
      update();
      assertThat(has("a1")).isFalse();
      update();
      assertThat(state()).isEqualTo(State.DELETED);
    } finally {
      run("umount", path.toString());
    }
  }

  @Test
  void withoutAWatchItIsListedEverySecond() throws IOException {
    mkdir("a1");
    update();
    mkdir("b1");
    clock.pass(Duration.ofMillis(999));
    update();
    assertThat(has("b1")).isFalse();
    clock.pass(Duration.ofMillis(1));
    update();
    assertThat(has("b1")).isTrue();
  }

  @Test
  void watchedRootIsListedEveryHalfMinute() throws IOException {
    mkdir("a1");
    try (var watches = FolderWatches.open()) {
      root = new StorageRoot(path, watches, RELIST, clock, places);
      update();
      mkdir("b1");
      clock.pass(RELIST.minusMillis(1));
      update();
      assertThat(has("b1")).isFalse();
      clock.pass(Duration.ofMillis(1));
      update();
      assertThat(has("b1")).isTrue();
    }
  }

  @Test
  void listingReadsStateFilesAgain() throws IOException {
    mkdir("a1");
    Files.writeString(path.resolve("a1/persist.json"), "{\"Config\":{\"HypervisorType\":\"clh\"}}");
    update();
    assertThat(root.sandbox(new SandboxId("a1")))
        .extracting(Sandbox::runtime)
        .isEqualTo(ShimRuntime.GO);
    Files.writeString(
        path.resolve("a1/state.json"), "{\"hypervisor\":{\"hypervisor_type\":\"qemu\"}}");
    clock.pass(RELIST);
    update();
    assertThat(root.sandbox(new SandboxId("a1")))
        .extracting(Sandbox::runtime, Sandbox::hypervisor)
        .containsExactly(ShimRuntime.RUNTIME_RS, "qemu");
    assertThat(changes.touched).containsExactly(new SandboxId("a1"));
  }

  @Test
  void jailerDirectoryIsNotASandbox() throws IOException {
    mkdir("firecracker/a1/root", "a1");
    update();
    assertThat(has("a1")).isTrue();
    assertThat(has("firecracker")).isFalse();
    Files.writeString(path.resolve("firecracker/shim-monitor.sock"), "");
    clock.pass(RELIST);
    update();
    assertThat(has("firecracker")).as("a sandbox of that name").isTrue();
  }

  @Test
  void replacedDirectoryIsReported() throws IOException {
    mkdir("a1");
    update();
    Files.move(path.resolve("a1"), temp.resolve("old"));
    mkdir("a1");
    clock.pass(RELIST);
    update();
    assertThat(changes.replaced).containsExactly(new SandboxId("a1"));
    Files.move(path.resolve("a1"), temp.resolve("older"));
    Files.createSymbolicLink(path.resolve("a1"), temp.resolve("old"));
    clock.pass(RELIST);
    update();
    assertThat(has("a1")).as("a link is no sandbox").isFalse();
  }

  @Test
  void directoriesWithoutAPlaceAreIgnoredUntilOthersAreRemoved() throws IOException {
    mkdir("a1", "a2", "a3", "a4");
    update();
    assertThat(changes.touched).hasSize(3);
    assertThat(places.availablePermits()).isZero();
    var passedOver = Stream.of("a1", "a2", "a3", "a4").filter(id -> !has(id)).toList();
    assertThat(passedOver).hasSize(1);
    var removed = has("a1") ? "a1" : "a2";
    Files.delete(path.resolve(removed));
    clock.pass(RELIST);
    update();
    clock.pass(RELIST);
    update();
    assertThat(has(passedOver.getFirst())).isTrue();
    assertThat(has(removed)).isFalse();
    Files.move(path, temp.resolve("elsewhere"));
    update();
    assertThat(places.availablePermits()).isEqualTo(3);
  }

  /** As in an image that runs as another user: the tests' own user may read everything. */
  @Tag("system")
  @Test
  void withoutPermissionRootAndSandboxAreDenied() throws Exception {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
    mkdir("a1");
    Files.writeString(path.resolve("a1/persist.json"), "{}");
    Files.writeString(path.resolve("a1/shim-monitor.sock"), "");
    permit(path.resolve("a1"), "rwx------");
    assertThat(Unprivileged.run(temp, UnprivilegedRootProgram.class, path))
        .isEqualTo("READABLE: STARTING SCRAPE_GO");
    Files.writeString(path.resolve("a1/state.json"), "{\"hypervisor\":{}}");
    permit(path.resolve("a1"), "rwxr-xr-x");
    permit(path.resolve("a1/state.json"), "rw-------");
    assertThat(Unprivileged.run(temp, UnprivilegedRootProgram.class, path))
        .isEqualTo("READABLE: STARTING NOT_SCRAPED");
    permit(path, "rwx------");
    assertThat(Unprivileged.run(temp, UnprivilegedRootProgram.class, path))
        .startsWith("UNREADABLE:permission denied ");
  }

  private static void permit(Path file, String permissions) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  /** Opening a FIFO waits for a writer: without the dot behind its path, forever. */
  @Test
  void fifoInPlaceOfTheRootCountsAsNoRoot() throws Exception {
    mkdir("a1");
    update();
    Files.move(path, temp.resolve("elsewhere"));
    assertThat(run("mkfifo", path.toString())).isZero();
    clock.pass(RELIST);
    var listing = Thread.ofPlatform().daemon().start(() -> root.relist(changes));
    assertThat(listing.join(Duration.ofSeconds(30))).as("the listing has ended").isTrue();
    assertThat(root.status()).isEqualTo(new RootStatus(path, State.UNREADABLE, "not a directory"));
  }
}
