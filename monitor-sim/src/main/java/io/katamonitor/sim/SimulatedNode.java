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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node with sandboxes that exist only as folders, sockets and answers. Everything it serves is
 * served by one event loop, and nothing runs between requests.
 */
public final class SimulatedNode implements AutoCloseable {
  /**
   * What a node is made of.
   *
   * @param seed of the generated ids, pods and values
   * @param staticBodies a sandbox's metrics stay as they were first asked for, so that they cost
   *     next to nothing and two scrapes are equal
   */
  public record Options(long seed, boolean staticBodies) {
    public static final Options STANDARD = new Options(1, false);
  }

  /** Sandboxes begin their lives at most this long before they are added. */
  private static final long OLDEST_MILLIS = TimeUnit.HOURS.toMillis(6);

  private final Path directory;
  private final boolean ownDirectory;
  private final Options options;
  private final EventLoopGroup group;
  private final EventLoop loop;
  private final Bodies bodies;
  private final SimulatedCri cri;
  private final Map<String, SimulatedSandbox> sandboxes = new LinkedHashMap<>();
  private int generated;

  private SimulatedNode(Path directory, boolean ownDirectory, Options options) {
    this.directory = directory;
    this.ownDirectory = ownDirectory;
    this.options = options;
    this.bodies = new Bodies(options.seed());
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
    this.cri = new SimulatedCri(this, directory.resolve("cri.sock"));
    cri.start();
  }

  /** A node in a folder of its own, which goes when it is closed; short enough for socket paths. */
  public static SimulatedNode start() {
    return start(Options.STANDARD);
  }

  public static SimulatedNode start(Options options) {
    return new SimulatedNode(shortDirectory(), true, options);
  }

  /**
   * A folder whose sockets have at most 107 bytes of path below a 64-digit id: what the JDK and
   * JUnit make is too long.
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

  /** A node in a given folder, which stays. */
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
    Identity identity;
    synchronized (sandboxes) {
      identity = Identity.of(options.seed(), generated++);
    }
    return add(identity, layout);
  }

  /** Adds a sandbox with a chosen id. */
  public SimulatedSandbox addSandbox(String id, Layout layout) {
    return add(Identity.withId(id), layout);
  }

  public List<SimulatedSandbox> addSandboxes(int count, Layout layout) {
    var added = new ArrayList<SimulatedSandbox>(count);
    for (int i = 0; i < count; i++) {
      added.add(addSandbox(layout));
    }
    return added;
  }

  private SimulatedSandbox add(Identity identity, Layout layout) {
    long age = (long) (Moment.unit(identity.id().hashCode()) * OLDEST_MILLIS);
    var sandbox = new SimulatedSandbox(this, identity, layout, System.currentTimeMillis() - age);
    synchronized (sandboxes) {
      sandboxes.put(identity.id(), sandbox);
    }
    onLoop(sandbox::begin);
    sandbox.awaitListening();
    return sandbox;
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

  /** Runs on the event loop and waits for the end. */
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
