package io.katamonitor.bench;

import io.katamonitor.sim.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * CPU profile of a scrape by async-profiler: each sample counts for the step whose code is nearest
 * to the top of the stack.
 */
final class Profile {
  private static final int SCRAPES = 300;
  private static final String OTHER = "the rest: Netty, timers, the virtual machine";

  /** Prefixes of frames with the step that they belong to. */
  private static final Map<String, String> STEPS = new LinkedHashMap<>();

  static {
    step("kernel: reading from shims", "recv");
    step("kernel: writing to the client", "writev", "__GI___writev");
    step(
        "kernel: connecting to shims, polling",
        "__GI___connect",
        "connect",
        "__GI_socket",
        "socket",
        "__GI_epoll_ctl",
        "epoll_ctl",
        "__close",
        "close",
        "__GI___close",
        "__GI___getsockname",
        "getsockname",
        "epoll_pwait2");
    step("checksum", "java/util/zip/CRC32", "updateBytesCRC32");
    step(
        "gzip",
        "io/katamonitor/encode/Gzip",
        "io/katamonitor/encode/Deflate",
        "io/katamonitor/encode/Huffman");
    step("encode", "io/katamonitor/encode/");
    step("merge", "io/katamonitor/merge/");
    step("HTTP framing of shims", "io/netty/handler/codec/http/HttpObjectDecoder");
    step(
        "decode",
        "io/katamonitor/template/",
        "io/katamonitor/exposition/",
        "io/katamonitor/memory/");
    step("own series", "io/katamonitor/selfmetrics/");
    step(
        "connections to shims: Netty",
        "io/netty/bootstrap/",
        "io/katamonitor/shim/",
        "io/netty/channel/epoll/EpollDomainSocketChannel",
        "io/netty/channel/AbstractChannel$AbstractUnsafe.close");
    step("responses: Netty", "io/katamonitor/server/");
    step("just-in-time compiler", "CompileBroker");
    step("garbage collector", "SerialHeap", "VM_GenCollect", "VM_CollectForAllocation");
  }

  private Profile() {}

  private static void step(String name, String... frames) {
    for (var frame : frames) {
      STEPS.put(frame, name);
    }
  }

  static void measure(Path home, Report report) throws IOException, InterruptedException {
    var folder = Files.createTempDirectory("profile");
    var agent = folder.resolve("libasyncProfiler.so");
    var stacks = folder.resolve("stacks.txt");
    try (var library = library()) {
      Files.copy(library, agent, StandardCopyOption.REPLACE_EXISTING);
    }
    try {
      for (var format : Format.values()) {
        var agentOption =
            "-agentpath:%s=start,event=ctimer,interval=200us,collapsed,file=%s"
                .formatted(agent, stacks);
        try (var stage = Stage.of(home, 100, List.of())) {
          int port = FreePort.find();
          try (var monitor = stage.monitor(port, List.of(), List.of(agentOption))) {
            for (int i = 0; i < SCRAPES && monitor.isAlive(); i++) {
              Scrape.get(port, "/metrics", format);
            }
          }
        }
        shares(Files.readAllLines(stacks))
            .forEach((step, share) ->
                report.add(
                    "share of a scrape of 100, " + format.label() + ": " + step,
                    Statistic.of(new double[] {100 * share}),
                    "%"));
      }
    } finally {
      Files.deleteIfExists(agent);
      Files.deleteIfExists(stacks);
      Files.deleteIfExists(folder);
    }
  }

  private static InputStream library() throws IOException {
    var machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64";
    var library = Profile.class.getResourceAsStream("/linux-" + machine + "/libasyncProfiler.so");
    if (library == null) {
      throw new IOException("async-profiler is not on the class path");
    }
    return library;
  }

  private static Map<String, Double> shares(List<String> stacks) {
    var samples = new LinkedHashMap<String, Long>();
    STEPS.values().forEach(step -> samples.put(step, 0L));
    samples.put(OTHER, 0L);
    long all = 0;
    for (var line : stacks) {
      int blank = line.lastIndexOf(' ');
      long count = Long.parseLong(line.substring(blank + 1));
      samples.merge(step(line.substring(0, blank).split(";", -1)), count, Long::sum);
      all += count;
    }
    var shares = new LinkedHashMap<String, Double>();
    for (var entry : samples.entrySet()) {
      shares.put(entry.getKey(), (double) entry.getValue() / all);
    }
    return shares;
  }

  private static String step(String[] stack) {
    for (int i = stack.length - 1; i >= 0; i--) {
      for (var entry : STEPS.entrySet()) {
        if (stack[i].startsWith(entry.getKey())) {
          return entry.getValue();
        }
      }
    }
    return OTHER;
  }
}
