package io.katamonitor.sim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One sandbox of a {@link SimulatedNode}: its directory, its shim and its pod. */
public final class SimulatedSandbox {
  private static final String SOCKET = "shim-monitor.sock";
  private static final int MOST_REQUEST_BYTES = 1024 * 1024;

  private final SimulatedNode node;
  private final SandboxSpec spec;
  private final Path directory;
  private final long bornMillis;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger scrapes = new AtomicInteger();
  private final ShimSocket shimSocket;
  private volatile Fault fault;
  private volatile Framing framing;
  private volatile boolean podKnown = true;
  private byte @Nullable [] fixedBody;
  private @Nullable ByteBuf framedOnce;

  /**
   * Has no effect until {@link #begin}.
   *
   * @param fault that it has from the start
   */
  SimulatedSandbox(SimulatedNode node, SandboxSpec spec, long bornMillis, Fault fault) {
    this.node = node;
    this.spec = spec;
    this.bornMillis = bornMillis;
    this.fault = fault;
    this.directory = node.root(spec.runtime()).resolve(spec.id());
    this.framing = spec.runtime() == Layout.GO ? Framing.GO : Framing.RUST;
    this.shimSocket = new ShimSocket(node.loop(), socket(), this::pipeline);
  }

  public String id() {
    return spec.id();
  }

  /** Its id and its pod, as reported by the simulated runtime. */
  public Identity identity() {
    return spec.identity();
  }

  public Layout layout() {
    return spec.runtime();
  }

  /** Its properties. */
  public SandboxSpec spec() {
    return spec;
  }

  /** Start of its VM, by the node's clock. */
  long bornMillis() {
    return bornMillis;
  }

  /** Its directory below the storage root. */
  public Path directory() {
    return directory;
  }

  public Path socket() {
    return directory.resolve(SOCKET);
  }

  /** Number of requests received, for any path. */
  public int requests() {
    return requests.get();
  }

  /** Number of requests received for {@code /metrics}. */
  public int scrapes() {
    return scrapes.get();
  }

  /** Number of open connections. */
  public int connections() {
    return shimSocket.connections();
  }

  public Fault fault() {
    return fault;
  }

  /** Sets the fault, or removes it by {@link Fault#NONE}; applies to new connections. */
  public SimulatedSandbox fault(Fault newFault) {
    var before = fault;
    node.onLoop(() -> {
      fault = newFault;
      forgetFramed();
    });
    if (!ShimSocket.listens(before) || !ShimSocket.listens(newFault)) {
      shimSocket.takeAway();
      node.onLoop(() -> shimSocket.arrange(newFault));
      awaitListening();
    }
    return this;
  }

  Framing framing() {
    return framing;
  }

  /** Sets the framing, to imitate another HTTP server. */
  public SimulatedSandbox framing(Framing newFraming) {
    node.onLoop(() -> {
      framing = newFraming;
      forgetFramed();
    });
    return this;
  }

  /** Sets a fixed text for {@code /metrics}; null for the generated metrics again. */
  public SimulatedSandbox body(byte @Nullable [] body) {
    node.onLoop(() -> {
      fixedBody = body == null ? null : body.clone();
      forgetFramed();
    });
    return this;
  }

  /** The current metrics, without framing. */
  public byte[] currentBody() {
    return node.onLoop(() -> {
      var page = metrics();
      return Arrays.copyOf(page.body(), page.length());
    });
  }

  boolean isPodKnown() {
    return podKnown;
  }

  /** Whether the simulated runtime reports its pod. */
  public SimulatedSandbox podKnown(boolean known) {
    podKnown = known;
    return this;
  }

  /** Rewrites {@code state.json} with another hypervisor; null removes the file. */
  public SimulatedSandbox hypervisor(@Nullable String type) {
    return stateFile(type == null ? null : StateFiles.runtimeRs(spec, type));
  }

  /** Writes any text as {@code state.json}; null removes the file. */
  public SimulatedSandbox stateFile(@Nullable String text) {
    node.onLoop(() -> StateFiles.replace(directory.resolve("state.json"), text));
    return this;
  }

  /**
   * Ends shim and pod: connections are cut, the directory is deleted, and the runtime no longer
   * lists it; in the order of its runtime (Kata's teardown: Go removes the cgroups first,
   * runtime-rs the directory).
   */
  public void remove() {
    end();
    node.forget(this);
  }

  /**
   * Its VM dies: shim and containerd clean up, and the kubelet creates a new sandbox for the pod,
   * which is returned. The runtime still lists this one, as not ready.
   */
  public SimulatedSandbox crash() {
    end();
    return node.replace(this);
  }

  /** Its shim is killed: directory, socket file and pod stay, and connections are refused. */
  public SimulatedSandbox kill() {
    fault(new Fault.NoSocket(Fault.Instead.STALE_SOCKET));
    shimSocket.cutConnections();
    return this;
  }

  /** Completes {@link SimulatedNode#addBooting}: the VM runs, and the shim responds. */
  public SimulatedSandbox finishBoot() {
    node.onLoop(this::writeState);
    return fault(Fault.NONE);
  }

  /** Ends the shim and removes its socket; directory and pod stay. */
  public void removeSocket() {
    fault(new Fault.NoSocket(Fault.Instead.NOTHING));
  }

  private void end() {
    stop();
    if (spec.runtime() == Layout.GO) {
      node.cgroups().remove(spec);
    }
    StateFiles.delete(directory);
    node.cgroups().remove(spec);
  }

  void stop() {
    shimSocket.takeAway();
    shimSocket.cutConnections();
    node.onLoop(this::forgetFramed);
  }

  /** Waits until its socket is as its fault requires. */
  void awaitListening() {
    shimSocket.awaitArranged(fault);
  }

  // The following methods are called on the event loop.

  /** Creates directory and socket, and the state file unless the VM is still booting. */
  void begin(boolean isBooting) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // runtime-rs writes its file last, the Go runtime before the socket (3.14.0 on).
    if (!isBooting || spec.runtime() == Layout.GO) {
      writeState();
    }
    shimSocket.arrange(fault);
  }

  private void writeState() {
    StateFiles.write(directory, spec);
  }

  /** Aborts on a request, like a shim of runtime-rs whose driver has no metrics. */
  void abort() {
    fault = new Fault.NoSocket(Fault.Instead.NOTHING);
    shimSocket.abort();
  }

  void countRequest(String uri) {
    requests.incrementAndGet();
    if (isScrape(uri)) {
      scrapes.incrementAndGet();
    }
  }

  static boolean isScrape(String uri) {
    return uri.equals("/metrics") || uri.startsWith("/metrics?");
  }

  /** The framed metrics, for the caller to release. */
  ByteBuf framedMetrics(boolean close) {
    if (!node.isStatic()) {
      return framing.frame(ByteBufAllocator.DEFAULT, metrics(), close);
    }
    var framed = framedOnce;
    if (framed == null) {
      framed = Unpooled.directBuffer(96 * 1024);
      framing.frame(framed, metrics(), close);
      framedOnce = framed;
    }
    return framed.retainedDuplicate();
  }

  /** The response of a healthy shim to any request. */
  Page page(FullHttpRequest request) {
    var path = new QueryStringDecoder(request.uri()).path();
    if (path.equals("/metrics")) {
      return metrics();
    }
    if (spec.runtime() == Layout.RUNTIME_RS) {
      return path.equals("/agent-url")
          ? Page.text("hvsock://" + directory + "/root/kata.hvsock:1024")
          : Page.text("").withStatus(404);
    }
    if (path.equals("/agent-url")) {
      return Page.text("vsock://" + (3 + Math.abs(spec.id().hashCode() % 100_000)) + ":1024");
    }
    var page = DebugPages.page(spec.identity(), request);
    return page == null ? Page.notFound() : page;
  }

  private Page metrics() {
    if (fixedBody != null) {
      return Page.metrics(fixedBody, fixedBody.length, Framing.oneWrite(fixedBody.length));
    }
    if (fault instanceof Fault.Denied) {
      return node.bodies().deniedPage(spec, bornMillis);
    }
    var page = node.bodies().page(spec, bornMillis);
    if (fault instanceof Fault.UniqueSeries unique) {
      var healthy = Arrays.copyOf(page.body(), page.length());
      var body = GuestSeries.unique(healthy, unique.percent(), spec.id());
      return Page.metrics(body, body.length, Framing.oneWrite(body.length));
    }
    return page;
  }

  private void forgetFramed() {
    if (framedOnce != null) {
      framedOnce.release();
      framedOnce = null;
    }
  }

  private void pipeline(Channel connection) {
    if (fault instanceof Fault.Reset reset) {
      connection.pipeline().addLast("reset", new ResetHandler(this, reset.afterBytes()));
      return;
    }
    connection
        .pipeline()
        .addLast("decoder", new HttpRequestDecoder())
        .addLast("whole", new HttpObjectAggregator(MOST_REQUEST_BYTES))
        .addLast("shim", new ShimHandler(this));
  }
}
