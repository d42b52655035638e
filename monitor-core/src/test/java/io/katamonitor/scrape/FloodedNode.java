package io.katamonitor.scrape;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.katamonitor.encode.ByteConsumer;
import io.katamonitor.encode.ResponseEncoder;
import io.katamonitor.encode.ResponseFormat;
import io.katamonitor.memory.MemoryBudget;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.memory.PageStore;
import io.katamonitor.merge.KataNames;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.sandbox.ScrapePolicy;
import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.usage.HostUsageSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * A separate process with the daemon's heap: eight sandboxes send one {@link Flood}, two are
 * healthy, all at the same time. For each flood it prints whether the response had all samples of
 * the two.
 */
public final class FloodedNode {
  private static final int PIECE = 64 * 1024;
  private static final int MAX_BODY = 8 << 20;
  private static final int HOSTILE = 8;
  private static final int WELL = 2;

  private FloodedNode() {}

  /** A response in progress. */
  private static final class Sending implements ShimClient.Connection {
    final SandboxId id;
    final ShimClient.Receiver receiver;
    int sent;
    boolean isOver;

    Sending(SandboxId id, ShimClient.Receiver receiver) {
      this.id = id;
      this.receiver = receiver;
    }

    boolean isWell() {
      return id.value().startsWith("well");
    }

    @Override
    public void sendRequest() {}

    /** The rest is not needed. */
    @Override
    public void discard() {
      isOver = true;
    }

    @Override
    public void close() {
      isOver = true;
    }
  }

  public static void main(String[] floods) {
    byte[] well = wellBody();
    for (var name : floods) {
      var flood = Flood.valueOf(name);
      var queue = new ArrayDeque<Sending>();
      var store = new PageStore(new ScrapeHarness.DirectSlabs(), 64L << 20);
      var time = new ManualTime();
      var service = service(queue, store, time);
      for (int scrape = 0; scrape < 2; scrape++) {
        long began = System.nanoTime();
        int[] lines = new int[1];
        service.scrapeNode(
            1L << 40, FamilyPrefixes.ALL, scraped -> lines[0] = linesOfTheWell(service, scraped));
        send(queue, flood, well);
        // The held requests of the hostile ones are over after that.
        time.pass(Duration.ofMinutes(20));
        System.out.printf(
            "%s %d lines, %d bytes kept, %d ms%n",
            name, lines[0], store.bytesInUse(), (System.nanoTime() - began) / 1_000_000);
      }
    }
  }

  static int expectedLines() {
    return WELL * 69 * 18;
  }

  private static byte[] wellBody() {
    var text = new StringBuilder();
    for (int family = 0; family < 69; family++) {
      text.append("# HELP kata_well_").append(family).append(" Well.\n");
      text.append("# TYPE kata_well_").append(family).append(" gauge\n");
      for (int i = 0; i < 18; i++) {
        text.append("kata_well_").append(family).append("{item=\"").append(i).append("\"} ");
        text.append(i * 1000).append('\n');
      }
    }
    return text.toString().getBytes(US_ASCII);
  }

  private static ScrapeService service(Queue<Sending> queue, PageStore store, ManualTime time) {
    var registry = new SandboxRegistry();
    for (int i = 0; i < HOSTILE + WELL; i++) {
      var id = new SandboxId((i % 5 == 0 ? "well" : "hostile") + i);
      registry.add(new Sandbox(id, ShimRuntime.RUNTIME_RS, Path.of("/"), null, Pod.UNKNOWN));
    }
    ShimClient client =
        (sandbox, receiver) -> {
          var sending = new Sending(sandbox.id(), receiver);
          queue.add(sending);
          return sending;
        };
    return new ScrapeService(
        registry,
        new ScrapePorts(
            client,
            (sandbox, onLoop) -> onLoop.accept(ScrapePolicy.Decision.SCRAPE_RUNTIME_RS),
            new RecordingObserver(),
            new ScrapeHarness.DirectSlabs(),
            time,
            time,
            HostUsageSource.NONE),
        new ScrapeLimits(64, 1L << 40, MAX_BODY, Integer.MAX_VALUE),
        new KataNames(false, name -> true),
        store,
        new MemoryBudget(128 << 20, Runtime.getRuntime().maxMemory()));
  }

  /** Feeds all responses in turns until each is over. */
  private static void send(Queue<Sending> queue, Flood flood, byte[] well) {
    byte[] piece = new byte[PIECE];
    int[] length = new int[1];
    for (var next = queue.poll(); next != null; next = queue.poll()) {
      if (next.sent == 0) {
        next.receiver.connected();
        next.receiver.responseBegan();
      }
      if (next.isWell()) {
        length[0] = Math.min(10_000, well.length - next.sent);
        System.arraycopy(well, next.sent, piece, 0, length[0]);
        next.sent += length[0];
      } else {
        next.sent = flood.next(next.sent, piece, length);
      }
      if (!next.isOver) {
        int at = next.receiver.begin(length[0]);
        System.arraycopy(piece, 0, next.receiver.text(), at, length[0]);
        next.receiver.advance(at + length[0], length[0]);
      }
      if (next.isWell() && next.sent == well.length && !next.isOver) {
        next.receiver.completed();
      } else if (!next.isOver) {
        queue.add(next);
      }
    }
  }

  private static int linesOfTheWell(ScrapeService service, Scrape scrape) {
    int[] lines = new int[1];
    encode(
        service,
        scrape,
        "kata_well_",
        new ResponseFormat(false, false, null),
        (bytes, from, count) -> {
          for (int i = from; i < from + count; i++) {
            lines[0] += bytes[i] == '\n' ? 1 : 0;
          }
        });
    for (boolean protobuf : new boolean[] {false, true}) {
      for (boolean gzip : new boolean[] {false, true}) {
        encode(
            service,
            scrape,
            "",
            new ResponseFormat(protobuf, gzip, null),
            (bytes, at, count) -> {});
      }
    }
    scrape.release();
    return lines[0] - 2 * 69;
  }

  private static void encode(
      ScrapeService service,
      Scrape scrape,
      String prefix,
      ResponseFormat format,
      ByteConsumer out) {
    try {
      var families = scrape.merge(FamilyPrefixes.parse(List.of(prefix)), false);
      var encoder = ResponseEncoder.of(format, families, service.encoderBuffers(), out);
      while (encoder.encodeNextBlock()) {}
      encoder.close();
      families.release();
    } catch (MemoryExhaustedException e) {
      throw new AssertionError("no memory for the merge", e);
    }
  }
}
