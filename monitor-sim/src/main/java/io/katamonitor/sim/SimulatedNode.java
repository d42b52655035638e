package io.katamonitor.sim;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node with sandboxes that exist only as directories, sockets and responses. One event loop
 * serves everything, and nothing runs between requests.
 */
public final class SimulatedNode implements AutoCloseable {
  /**
   * Settings of a node.
   *
   * @param seed of the generated ids, pods and values
   * @param staticBodies whether a sandbox's metrics stay as they were at the first request, so that
   *     they cost almost nothing and two scrapes are equal
   * @param body of its sandboxes
   * @param cgroups version of its cgroup file system
   * @param clock time for values that vary
   */
  public record Options(
      long seed, boolean staticBodies, BodyKind body, CgroupVersion cgroups, InstantSource clock) {
    public static final Options STANDARD = new Options(1, false);

    public Options {
      if (body == BodyKind.LARGE && cgroups != CgroupVersion.NONE) {
        throw new IllegalArgumentException("the larger body tells no usage for cgroups");
      }
    }

    /** With the larger body and without cgroups, for measurements. */
    public Options(long seed, boolean staticBodies) {
      this(seed, staticBodies, BodyKind.LARGE, CgroupVersion.NONE, InstantSource.system());
    }

    /** With the series of Kata 4.1.0, and cgroups. */
    public static Options kata(CgroupVersion cgroups) {
      return new Options(1, false, BodyKind.KATA, cgroups, InstantSource.system());
    }
  }

  /**
   * Sandboxes with the larger body are at most this old when they are added; others are new, in
   * accordance with their directories.
   */
  private static final long OLDEST_MILLIS = TimeUnit.HOURS.toMillis(6);

  private final Path directory;
  private final boolean ownDirectory;
  private final Options options;
  private final EventLoopGroup group;
  private final EventLoop loop;
  private final Bodies bodies;
  private final SimulatedCri cri;
  private final CgroupTree cgroups;
  private final Map<String, SimulatedSandbox> sandboxes = new LinkedHashMap<>();

  /** Sandboxes that died and were replaced, by the uid of their pod: one each. */
  private final Map<String, SimulatedSandbox> replaced = new LinkedHashMap<>();

  private int generated;

  private SimulatedNode(Path directory, boolean ownDirectory, Options options) {
    this.directory = directory;
    this.ownDirectory = ownDirectory;
    this.options = options;
    this.bodies = new Bodies(options.seed(), options.clock());
    this.group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("simulated-node", true), EpollIoHandler.newFactory());
    this.loop = group.next();
    try {
      for (var layout : Layout.values()) {
        Files.createDirectories(root(layout));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.cgroups = new CgroupTree(cgroupRoot(), options.cgroups());
    this.cri = new SimulatedCri(this, directory.resolve("cri.sock"));
    cri.start();
  }

  /**
   * A node in a temporary directory, which is deleted when it is closed; its path is short enough
   * for sockets.
   */
  public static SimulatedNode start() {
    return start(Options.STANDARD);
  }

  public static SimulatedNode start(Options options) {
    return new SimulatedNode(shortDirectory(), true, options);
  }

  /**
   * A directory in which socket paths with a 64-digit id have at most 107 bytes: those of the JDK
   * and JUnit are too long.
   */
  private static Path shortDirectory() {
    while (true) {
      var name = "k" + Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36);
      try {
        return Files.createDirectory(Path.of("/tmp", name));
      } catch (FileAlreadyExistsException e) {
        // Another node's: the next number is free.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A node in a given directory, which is not deleted. */
  public static SimulatedNode start(Path directory, Options options) {
    return new SimulatedNode(directory, false, options);
  }

  public Path directory() {
    return directory;
  }

  /** The storage root of one of the runtimes; exists from the start. */
  public Path root(Layout layout) {
    return directory.resolve(layout.root());
  }

  /** The simulated container runtime. */
  public SimulatedCri cri() {
    return cri;
  }

  /** Adds one of the Go runtime's sandboxes with a generated id. */
  public SimulatedSandbox addSandbox() {
    return addSandbox(Layout.GO);
  }

  public SimulatedSandbox addSandbox(Layout layout) {
    return add(nextSpec(layout));
  }

  /** Adds a sandbox with a chosen id. */
  public SimulatedSandbox addSandbox(String id, Layout layout) {
    return add(SandboxSpec.of(Identity.withId(id), layout, options.body()));
  }

  /** A spec for {@link #add} with a generated id, to be changed by its {@code with} methods. */
  public SandboxSpec nextSpec() {
    return nextSpec(Layout.GO);
  }

  SandboxSpec nextSpec(Layout runtime) {
    return SandboxSpec.of(nextIdentity(), runtime, options.body());
  }

  private Identity nextIdentity() {
    synchronized (sandboxes) {
      return Identity.of(options.seed(), generated++);
    }
  }

  public List<SimulatedSandbox> addSandboxes(int count, Layout layout) {
    var added = new ArrayList<SimulatedSandbox>(count);
    for (int i = 0; i < count; i++) {
      added.add(addSandbox(layout));
    }
    return added;
  }

  /** Adds a sandbox that runs. */
  public SimulatedSandbox add(SandboxSpec spec) {
    return add(spec, Fault.NONE, false);
  }

  /**
   * Adds a sandbox whose VM is booting, until {@link SimulatedSandbox#finishBoot}. As Kata does it:
   * the Go runtime binds the socket last, runtime-rs (3.14.0 on) writes its state file last, and
   * its shim does not respond earlier.
   */
  public SimulatedSandbox addBooting(SandboxSpec spec) {
    var fault =
        spec.runtime() == Layout.GO ? new Fault.NoSocket(Fault.Instead.NOTHING) : new Fault.Hang();
    return add(spec, fault, true);
  }

  private SimulatedSandbox add(SandboxSpec spec, Fault fault, boolean isBooting) {
    long age =
        spec.body() == BodyKind.LARGE ? (long) (Moment.unit(spec.seed()) * OLDEST_MILLIS) : 0;
    var sandbox = new SimulatedSandbox(this, spec, options.clock().millis() - age, fault);
    synchronized (sandboxes) {
      sandboxes.put(spec.id(), sandbox);
    }
    cgroups.add(spec, usage(sandbox));
    onLoop(() -> sandbox.begin(isBooting));
    sandbox.awaitListening();
    return sandbox;
  }

  /** Adds the next sandbox of the same pod. */
  SimulatedSandbox replace(SimulatedSandbox dead) {
    var next = dead.spec().nextAttempt(nextIdentity().id());
    synchronized (sandboxes) {
      sandboxes.remove(dead.id(), dead);
      replaced.put(dead.identity().uid(), dead);
    }
    return add(next);
  }

  private PodUsage usage(SimulatedSandbox sandbox) {
    return sandbox.spec().usage((options.clock().millis() - sandbox.bornMillis()) / 1e3);
  }

  /** Root of the cgroup file system: the monitor's {@code cgroup-root}. */
  public Path cgroupRoot() {
    return directory.resolve("cgroup");
  }

  /** Writes the current usage of each sandbox to its cgroups: takes some 0.05 ms of CPU each. */
  public void updateCgroups() {
    for (var sandbox : sandboxes()) {
      cgroups.update(sandbox.spec(), usage(sandbox));
    }
  }

  CgroupTree cgroups() {
    return cgroups;
  }

  /** Replaced sandboxes that the runtime still lists. */
  List<SimulatedSandbox> replaced() {
    synchronized (sandboxes) {
      return List.copyOf(replaced.values());
    }
  }

  /** All sandboxes, in the order they were added. */
  public List<SimulatedSandbox> sandboxes() {
    synchronized (sandboxes) {
      return List.copyOf(sandboxes.values());
    }
  }

  @Override
  public void close() {
    cri.stop();
    for (var sandbox : sandboxes()) {
      sandbox.stop();
    }
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    if (ownDirectory) {
      StateFiles.delete(directory);
    }
  }

  void forget(SimulatedSandbox sandbox) {
    synchronized (sandboxes) {
      sandboxes.remove(sandbox.id(), sandbox);
      replaced.remove(sandbox.identity().uid());
    }
  }

  EventLoop loop() {
    return loop;
  }

  EventLoopGroup group() {
    return group;
  }

  Bodies bodies() {
    return bodies;
  }

  boolean isStatic() {
    return options.staticBodies();
  }

  /** Runs a task on the event loop and waits for its end. */
  void onLoop(Runnable work) {
    onLoop(() -> {
      work.run();
      return (@Nullable Void) null;
    });
  }

  <T extends @Nullable Object> T onLoop(Callable<T> work) {
    if (loop.inEventLoop()) {
      throw new IllegalStateException("called on the node's own event loop");
    }
    return loop.submit(work).syncUninterruptibly().getNow();
  }
}
