package io.katamonitor.cri;

import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.sandbox.PodMetadataResolver;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxDiscovery;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Discovery and pod metadata as the daemon runs them, on an event loop of their own. */
public final class Labelling implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final SandboxRegistry registry = new SandboxRegistry();
  private final SandboxDiscovery discovery;
  private final CriClient client;
  private final PodMetadataResolver resolver;

  public Labelling(List<Path> roots, Path socket) {
    discovery = new SandboxDiscovery(roots, registry);
    client = new CriClient(socket, loop, new MemoryAccount("cri", 16 << 20));
    resolver = new PodMetadataResolver(registry, client, loop);
    discovery.start();
    resolver.start();
  }

  public SandboxRegistry registry() {
    return registry;
  }

  public boolean criUp() {
    return resolver.criUp();
  }

  public boolean isListed(String id) {
    return registry.find(new SandboxId(id)) != null;
  }

  public long unlabelled() {
    return registry.snapshot().stream().filter(sandbox -> !sandbox.pod().isKnown()).count();
  }

  /** The name of a sandbox's pod; empty while it is not known. */
  public String podName(String id) {
    Sandbox sandbox = registry.find(new SandboxId(id));
    return sandbox == null ? "" : sandbox.pod().name();
  }

  @Override
  public void close() {
    discovery.close();
    resolver.close();
    loop.submit(client::close).syncUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
