package io.katamonitor.scrape;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.katamonitor.aggregate.ExpositionReader;
import io.katamonitor.exposition.DropReason;
import io.katamonitor.exposition.FamilyRule;
import io.katamonitor.exposition.PageStore;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.sandbox.ShimRuntime;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A process of its own with the daemon's heap: eight sandboxes send one {@link Flood}, two are
 * well, all at the same time. For each flood it says whether the two were answered whole.
 */
public final class FloodedNode {
  private static final int PIECE = 64 * 1024;
  private static final int MAX_BODY = 8 << 20;
  private static final int HOSTILE = 8;
  private static final int WELL = 2;

  private FloodedNode() {}

  /** An answer on its way. */
  private static final class Sending {
    final ShimAnswer answer;
    int sent;

    Sending(ShimAnswer answer) {
      this.answer = answer;
    }

    boolean isWell() {
      return answer.sandbox().id().value().startsWith("well");
    }
  }

  public static void main(String[] floods) {
    byte[] well = wellBody();
    for (var name : floods) {
      var flood = Flood.valueOf(name);
      var queue = new ArrayDeque<Sending>();
      var store = new PageStore(new DirectSlabs(), 64L << 20);
      var scraper = scraper(queue, store);
      for (int scrape = 0; scrape < 2; scrape++) {
        long began = System.nanoTime();
        Fanout.Waiter waiter = () -> {};
        var fanout = scraper.scrape(waiter);
        send(queue, flood, well);
        int lines = linesOfTheWell(scraper, fanout);
        fanout.leave(waiter, false);
        fanout.release();
        System.out.printf(
            "%s %d lines, %d bytes kept, %d ms%n",
            name, lines, store.bytesInUse(), (System.nanoTime() - began) / 1_000_000);
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

  private static Scraper scraper(Queue<Sending> queue, PageStore store) {
    var registry = new SandboxRegistry();
    for (int i = 0; i < HOSTILE + WELL; i++) {
      var id = new SandboxId((i % 5 == 0 ? "well" : "hostile") + i);
      registry.add(new Sandbox(id, ShimRuntime.GO, Path.of("/tmp"), null, Pod.UNKNOWN));
    }
    return new Scraper(
        registry,
        (sandbox, limit, answer) -> {
          var sending = new Sending(answer);
          queue.add(sending);
          return () -> queue.remove(sending);
        },
        new Scraper.Limits(64, 1L << 40, MAX_BODY),
        sandbox -> true,
        FamilyRule.KATA,
        new NoSeries(),
        store);
  }

  /** Feeds all answers in turns until each is settled. */
  private static void send(Queue<Sending> queue, Flood flood, byte[] well) {
    byte[] piece = new byte[PIECE];
    int[] length = new int[1];
    for (var next = queue.poll(); next != null; next = queue.poll()) {
      if (next.isWell()) {
        length[0] = Math.min(10_000, well.length - next.sent);
        System.arraycopy(well, next.sent, piece, 0, length[0]);
        next.sent += length[0];
      } else {
        next.sent = flood.next(next.sent, piece, length);
      }
      int at = next.answer.begin(length[0]);
      System.arraycopy(piece, 0, next.answer.text(), at, length[0]);
      next.answer.advance(at + length[0], length[0]);
      if (next.isWell() && next.sent == well.length) {
        next.answer.complete();
      } else if (!next.answer.isSettled()) {
        queue.add(next);
      }
    }
  }

  private static int linesOfTheWell(Scraper scraper, Fanout fanout) {
    var exposition = scraper.exposition(fanout, name -> name.startsWith("kata_well_"), false);
    int[] lines = new int[1];
    var workspace = new ExpositionReader.Workspace();
    var reader =
        ExpositionReader.text(
            exposition,
            workspace,
            (bytes, from, count) -> {
              for (int i = from; i < from + count; i++) {
                lines[0] += bytes[i] == '\n' ? 1 : 0;
              }
            });
    while (reader.turn()) {}
    var rest = scraper.exposition(fanout, name -> true, false);
    var gzip = ExpositionReader.gzip(rest, workspace, (bytes, from, count) -> {});
    while (gzip.turn()) {}
    rest.release();
    exposition.release();
    return lines[0] - 2 * 69;
  }

  static final class DirectSlabs implements PageStore.SlabSource {
    @Override
    public ByteBuffer allocate(int bytes) {
      return ByteBuffer.allocateDirect(bytes);
    }

    @Override
    public void free(ByteBuffer slab) {}
  }

  static final class NoSeries implements ScrapeObserver {
    @Override
    public void sandboxScraped(SandboxId id, ScrapeOutcome outcome) {}

    @Override
    public void familiesDropped(DropReason reason, long count) {}

    @Override
    public ByteBuffer ownSeries() {
      return ByteBuffer.allocate(0);
    }

    @Override
    public @Nullable ByteBuffer ownSeries(SandboxId id) {
      return null;
    }
  }
}
