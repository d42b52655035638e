package io.katamonitor.docker;

import io.katamonitor.cri.CriClient;
import io.katamonitor.log.Level;
import io.katamonitor.log.Log;
import io.katamonitor.log.LogFormat;
import io.katamonitor.logging.JulBridge;
import io.katamonitor.logging.Logging;
import io.katamonitor.logging.UncaughtErrors;
import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.PodMetadataSource;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxDiscovery;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.sim.SimulatedNode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A process with the daemon's handlers and parts that exhausts its heap permanently, at the place
 * given by the first argument and in the directory given by the second. It never releases the
 * memory.
 */
public final class ExhaustedHeap {
  private static @Nullable Object held;

  private ExhaustedHeap() {}

  public static void main(String[] arguments) throws Exception {
    Logging.configure(Level.WARN, LogFormat.TEXT);
    JulBridge.install();
    UncaughtErrors.install(LogFormat.TEXT, () -> "clients=1 guests=2");
    var folder = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "a task of the event loop" -> loop().execute(ExhaustedHeap::exhaust);
      case "a handler of a channel" -> loop().execute(ExhaustedHeap::exhaustInChannel);
      case "the discovery" -> exhaustInDiscovery(folder);
      case "a callback of gRPC" -> exhaustInCall();
      case "any class that logs" -> new Thread(ExhaustedHeap::exhaustInLog, "logs").start();
      case "a promise" -> new Thread(ExhaustedHeap::exhaustUnseen, "unseen").start();
      case "any thread" -> new Thread(ExhaustedHeap::exhaust, "any").start();
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    Thread.sleep(60_000);
  }

  /** Allocates ever smaller pieces until even the smallest fails. */
  private static void exhaust() {
    int size = 1 << 20;
    while (true) {
      try {
        held = new Object[] {held, new byte[size]};
      } catch (OutOfMemoryError e) {
        if (size == 1) {
          throw e;
        }
        size /= 2;
      }
    }
  }

  /** The exception is kept in a result that is never read. */
  private static void exhaustUnseen() {
    CompletableFuture.runAsync(ExhaustedHeap::exhaust, Runnable::run);
  }

  private static EventLoop loop() {
    return new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("event-loop", true), EpollIoHandler.newFactory())
        .next();
  }

  private static void exhaustInChannel() {
    var channel =
        new EmbeddedChannel(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                exhaust();
              }
            });
    channel.pipeline().fireChannelRead("x");
  }

  private static void exhaustInDiscovery(Path folder) throws Exception {
    var registry = new SandboxRegistry();
    var discovery = new SandboxDiscovery(List.of(folder), registry);
    discovery.start();
    registry.addListener(
        new SandboxRegistry.Listener() {
          @Override
          public void added(Sandbox sandbox) {
            exhaust();
          }

          @Override
          public void changed(Sandbox before, Sandbox after) {}

          @Override
          public void removed(Sandbox sandbox) {}
        });
    Files.createDirectory(folder.resolve("sandbox-1"));
  }

  /** gRPC parses the response with the monitor's marshaller, which reads the ids. */
  private static void exhaustInCall() {
    var node = SimulatedNode.start();
    node.addSandbox();
    var loop = loop();
    var runtime = new CriClient(node.cri().socket(), loop, new MemoryAccount("cri", 16 << 20));
    var wanted =
        new AbstractSet<SandboxId>() {
          @Override
          public int size() {
            return 2;
          }

          @Override
          public boolean contains(Object id) {
            exhaust();
            return false;
          }

          @Override
          public Iterator<SandboxId> iterator() {
            return Collections.emptyIterator();
          }
        };
    var callback =
        new PodMetadataSource.Callback() {
          @Override
          public void pods(Map<SandboxId, Pod> known) {}

          @Override
          public void tooMany() {}

          @Override
          public void failed(String reason) {}
        };
    loop.execute(() -> runtime.request(wanted, callback));
  }

  private static void exhaustInLog() {
    var log = Log.of(ExhaustedHeap.class);
    try {
      log.warn(
          "x",
          "value",
          new Object() {
            @Override
            public String toString() {
              exhaust();
              return "";
            }
          });
    } catch (OutOfMemoryError e) {
      // Like a library that ignores the error.
    }
  }
}
