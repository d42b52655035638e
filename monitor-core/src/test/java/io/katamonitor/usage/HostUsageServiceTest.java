package io.katamonitor.usage;

import static io.katamonitor.usage.SandboxFixture.UID;
import static io.katamonitor.usage.SandboxFixture.withUid;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.ManualLoop;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.usage.CgroupTree.Version;
import java.io.FileOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostUsageServiceTest {
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  @TempDir Path directory;
  private final ManualLoop loop = new ManualLoop();
  private final Queue<Runnable> files = new ArrayDeque<>();
  private final List<HostUsageReading> readings = new ArrayList<>();
  private List<Sandbox> sandboxes = List.of();
  private CgroupTree tree;

  @BeforeEach
  void makeTwoSandboxes() {
    tree = CgroupTree.make(directory.resolve("cgroup"), Version.V2);
    sandboxes = List.of(sandbox("aaaa"), sandbox("bbbb"));
  }

  private Sandbox sandbox(String id) {
    return sandbox("sbs", id);
  }

  private Sandbox sandbox(String root, String id) {
    tree.cgroup("x/kata_" + id, 100, 500, 50, 2);
    var sandbox = SandboxFixture.go(directory.resolve(root), id, "/x/kata_" + id, "", true);
    return withUid(sandbox, UID);
  }

  private HostUsageService service(Executor fileThread) {
    return new HostUsageService(
        () -> sandboxes, new HostUsageReader(tree.root()), fileThread, loop, loop::now, DEADLINE);
  }

  private void read(HostUsageService service) {
    service.read(readings::add);
  }

  /** Runs pending tasks of the file thread and then of the loop. */
  private void runPending() {
    for (var task = files.poll(); task != null; task = files.poll()) {
      task.run();
    }
    loop.pass(Duration.ZERO);
  }

  private double cpu(HostUsageReading reading, int sandbox) {
    var usage = Objects.requireNonNull(reading.usageOf(sandboxes.get(sandbox).id()));
    return usage.cpuUsageSeconds().orElseThrow();
  }

  @Test
  void readingHasEverySandboxAndReadsNoFileOnTheLoop() {
    read(service(files::add));
    loop.pass(Duration.ZERO);
    assertThat(readings).isEmpty();

    runPending();

    assertThat(readings).hasSize(1);
    assertThat(readings.getFirst().size()).isEqualTo(2);
    assertThat(cpu(readings.getFirst(), 0)).isEqualTo(100);
  }

  @Test
  void requestsWithinASecondShareOneReading() {
    var service = service(files::add);
    read(service);
    loop.pass(Duration.ofMillis(900));
    read(service);
    assertThat(files).hasSize(1);
    runPending();
    loop.pass(Duration.ofMillis(99));
    read(service);

    assertThat(files).isEmpty();
    assertThat(readings).hasSize(3).containsOnly(readings.getFirst());
  }

  @Test
  void afterASecondTheFilesAreReadAnew() {
    var service = service(files::add);
    read(service);
    runPending();
    tree.cgroup("x/kata_aaaa", 107, 500, 50, 2);
    loop.pass(Duration.ofSeconds(1));
    read(service);
    runPending();

    assertThat(cpu(readings.get(0), 0)).isEqualTo(100);
    assertThat(cpu(readings.get(1), 0)).isEqualTo(107);
    assertThat(readings.get(1).startNanos() - readings.get(0).startNanos())
        .isEqualTo(Duration.ofSeconds(1).toNanos());
  }

  @Test
  void waiterMayRequestAgainAtOnce() {
    var service = service(files::add);
    service.read(first -> service.read(readings::add));
    runPending();

    assertThat(readings).hasSize(1);
  }

  @Test
  void stuckFileThreadLosesOnlyTheSeriesAndDelaysNoLaterScrape() {
    var service = service(files::add);
    read(service);
    loop.pass(DEADLINE.minusNanos(1));
    assertThat(readings).isEmpty();
    loop.pass(Duration.ofNanos(1));
    assertThat(readings).hasSize(1);
    assertThat(readings.getFirst().size()).isZero();

    read(service);
    assertThat(readings).hasSize(2);
    assertThat(readings.getLast()).isSameAs(HostUsageReading.NONE);
    assertThat(files).hasSize(1);

    runPending(); // it continues, and the late reading is discarded
    assertThat(readings).hasSize(2);
    read(service);
    runPending();
    assertThat(readings.getLast().size()).isEqualTo(2);
  }

  /** A FIFO in place of one of the sandbox's files: reading it hangs. */
  private Path fifo(String id) throws Exception {
    var fifo = directory.resolve("cgroup/x/kata_" + id + "/memory.current");
    Files.delete(fifo);
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    return fifo;
  }

  @Test
  void sandboxWhoseFilesHangIsPassedOverAndTheOthersAreRead() throws Exception {
    var fifo = fifo("bbbb");
    var threads = new ArrayList<Thread>();
    var service = service(task -> threads.add(Thread.ofPlatform().daemon().start(task)));

    read(service);
    try (var _ = new FileOutputStream(fifo.toFile())) { // opens when the file thread does
      loop.pass(HostUsageService.PASS_OVER.multipliedBy(2));
      assertThat(threads).as("another thread goes on").hasSize(2);
      threads.getLast().join();
      loop.pass(Duration.ZERO);
      assertThat(cpu(readings.getFirst(), 0)).isEqualTo(100);
      assertThat(readings.getFirst().usageOf(sandboxes.get(1).id())).isNull();

      loop.pass(Duration.ofSeconds(1));
      read(service);
      threads.getLast().join();
      loop.pass(Duration.ZERO);
      assertThat(cpu(readings.get(1), 0)).as("the next reading").isEqualTo(100);
      assertThat(readings.get(1).usageOf(sandboxes.get(1).id())).isNull();
    }
    threads.getFirst().join();
    loop.pass(Duration.ofSeconds(1));
    Files.delete(fifo);
    Files.writeString(fifo, "1048576\n");
    read(service);
    threads.getLast().join();
    loop.pass(Duration.ZERO);

    assertThat(threads).hasSize(4);
    assertThat(cpu(readings.getLast(), 1)).isEqualTo(100);
  }

  @Test
  void readingIsStuckOnceTheMaximumOfThreadsHang() throws Exception {
    sandboxes = new ArrayList<>(sandboxes);
    var fifos = new ArrayList<Path>();
    for (int i = 0; i <= HostUsageService.MAX_HUNG; i++) {
      sandboxes.add(sandbox("root" + i, "c" + i));
      fifos.add(fifo("c" + i));
    }
    var threads = new ArrayList<Thread>();
    var service = service(task -> threads.add(Thread.ofPlatform().daemon().start(task)));
    read(service);
    var writers = new ArrayDeque<FileOutputStream>();
    for (var fifo : fifos) {
      writers.add(new FileOutputStream(fifo.toFile()));
      loop.pass(HostUsageService.PASS_OVER.multipliedBy(2));
    }
    assertThat(threads).hasSize(HostUsageService.MAX_HUNG + 1);
    read(service);
    assertThat(readings.getLast()).isSameAs(HostUsageReading.NONE);

    for (var writer : writers) {
      writer.close();
    }
    for (var thread : threads) {
      thread.join();
    }
    for (var fifo : fifos) {
      Files.delete(fifo);
      Files.writeString(fifo, "1048576\n");
    }
    loop.pass(Duration.ofSeconds(1));
    read(service);
    threads.getLast().join();
    loop.pass(Duration.ZERO);
    assertThat(threads).hasSize(HostUsageService.MAX_HUNG + 2);
    assertThat(readings.getLast().size()).isEqualTo(sandboxes.size());
  }

  @Test
  void rootOfWhichThreeSandboxesHangIsPassedOverUntilOneReturns() throws Exception {
    var all = new ArrayList<Sandbox>();
    var fifos = new ArrayList<Path>();
    for (int i = 0; i < 20; i++) {
      all.add(sandbox("hung", "a" + i));
      fifos.add(fifo("a" + i));
    }
    all.addAll(sandboxes);
    sandboxes = all;
    var threads = new ArrayList<Thread>();
    var service = service(task -> threads.add(Thread.ofPlatform().daemon().start(task)));
    read(service);
    var writers = new ArrayList<FileOutputStream>();
    for (int i = 0; i < HostUsageService.MAX_HUNG_OF_ROOT; i++) {
      writers.add(new FileOutputStream(fifos.get(i).toFile())); // opens when the file thread does
      loop.pass(HostUsageService.PASS_OVER.multipliedBy(2));
    }
    threads.getLast().join();
    loop.pass(Duration.ofSeconds(1));
    read(service);
    threads.getLast().join();
    loop.pass(Duration.ZERO);

    assertThat(threads).hasSize(HostUsageService.MAX_HUNG_OF_ROOT + 2);
    assertThat(readings.getLast().size()).isEqualTo(2);
    assertThat(cpu(readings.getLast(), 20)).isEqualTo(100);

    for (var fifo : fifos) {
      Files.delete(fifo);
      Files.writeString(fifo, "1048576\n");
    }
    writers.getFirst().close();
    threads.getFirst().join();
    loop.pass(Duration.ofSeconds(1));
    read(service);
    threads.getLast().join();
    loop.pass(Duration.ZERO);
    assertThat(readings.getLast().size()).as("all but the two that hang").isEqualTo(20);
    for (var writer : writers) {
      writer.close();
    }
  }

  @Test
  void fileThreadIsADaemonAndUsedAgain() throws Exception {
    try (var threads = HostUsageService.newFileThreads()) {
      var first = threads.submit(Thread::currentThread).get();

      assertThat(first.isDaemon()).isTrue();
      assertThat(first.getName()).isEqualTo("host-usage");
    }
  }

  @Test
  void rejectedFileTaskLosesOnlyTheSeries() {
    read(
        service(task -> {
          throw new RejectedExecutionException("stopped");
        }));

    assertThat(readings).hasSize(1);
    assertThat(readings.getFirst().size()).isZero();
  }

  @Test
  void failedWaiterDoesNotAffectOthers() {
    var service = service(files::add);
    service.read(reading -> {
      throw new IllegalStateException("by the test");
    });
    read(service);
    service.read(reading -> {
      throw new NoClassDefFoundError("by the test");
    });
    read(service);
    runPending();
    assertThat(readings).hasSize(2);

    loop.pass(Duration.ofSeconds(1));
    read(service);
    runPending();
    assertThat(readings).as("the next reading").hasSize(3);
  }

  @Test
  void failedReadingIsStillDelivered() {
    var service =
        new HostUsageService(
            () -> sandboxes,
            new HostUsageReader(tree.root()),
            files::add,
            loop,
            loop::now,
            DEADLINE);
    sandboxes = new ArrayList<>(sandboxes);
    read(service);
    sandboxes.clear(); // changes under the reading, which the contract forbids
    sandboxes.add(null);
    runPending();

    assertThat(readings).hasSize(1);
    assertThat(readings.getFirst().size()).isZero();
  }
}
