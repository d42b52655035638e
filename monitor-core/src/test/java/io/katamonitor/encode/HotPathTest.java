package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a scrape may cost, counted and not timed: objects, copies, and lines that go the slow way.
 * Node and bodies are of real size: 50 sandboxes of 69 families with 18 lines each.
 */
class HotPathTest {
  private static final int SANDBOXES = 50;
  private static final int FAMILIES = 69;
  private static final int LINES = 18;
  private static final int READ_BYTES = 64 * 1024;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final ShapeCache shapes = new ShapeCache(FamilyRule.KATA, true);
  private final PageStore store = new PageStore(new HeapSlabs(), 64L << 20);
  private final DecoderScratch scratch = new DecoderScratch();
  private final ExpositionReader.Workspace workspace = new ExpositionReader.Workspace();
  private final List<LabelText> labels = new ArrayList<>();

  private static final class HeapSlabs implements PageStore.SlabSource {
    @Override
    public ByteBuffer allocate(int bytes) {
      return ByteBuffer.allocate(bytes);
    }

    @Override
    public void free(ByteBuffer slab) {}
  }

  HotPathTest() {
    for (int i = 0; i < SANDBOXES; i++) {
      var id = "%064x".formatted(i * 0x9E3779B97F4A7C15L);
      labels.add(
          LabelText.of(
              new Sandbox(
                  new SandboxId(id),
                  ShimRuntime.GO,
                  Path.of("/run/vc/sbs", id),
                  null,
                  new Pod("uid-" + i, "a-pod-with-thirty-letters-" + 1000 + i, "namespace"))));
    }
  }

  /** The body of a shim at a moment: heads stay, values change. */
  private static byte[] body(int lines, int moment) {
    var text = new StringBuilder();
    for (int family = 0; family < FAMILIES; family++) {
      var name = "kata_guest_family_number_" + family;
      text.append("# HELP ").append(name).append(" What it is about.\n");
      text.append("# TYPE ").append(name).append(" gauge\n");
      for (int i = 0; i < lines; i++) {
        text.append(name).append("{item=\"device_").append(i).append("\"} ");
        text.append((long) family * i * 1000 + moment).append('\n');
      }
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private void scrape(byte[] body, boolean gzip) throws Exception {
    shapes.beginScrape();
    var parts = new ArrayList<Part>(SANDBOXES);
    for (var label : labels) {
      parts.add(new Part(label, decode(body)));
    }
    var exposition = new Exposition(parts, name -> true);
    var reader =
        gzip
            ? ExpositionReader.gzip(exposition, workspace, (bytes, from, length) -> {})
            : ExpositionReader.text(exposition, workspace, (bytes, from, length) -> {});
    while (reader.turn()) {}
    exposition.release();
    parts.forEach(part -> part.body().release());
  }

  private DecodedBody decode(byte[] body) throws Exception {
    var decoder = new BodyDecoder(shapes, store, scratch);
    for (int from = 0; from < body.length; from += READ_BYTES) {
      int length = Math.min(READ_BYTES, body.length - from);
      int at = decoder.begin(length);
      System.arraycopy(body, from, decoder.text(), at, length);
      decoder.advance(at + length);
    }
    return decoder.finish();
  }

  /** Bytes of the heap that a scrape takes, once warm. */
  private long allocated(int lines, boolean gzip) throws Exception {
    for (int moment = 0; moment < 12; moment++) {
      scrape(body(lines, moment), gzip);
    }
    byte[] next = body(lines, 12);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    scrape(next, gzip);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void aLineAllocatesNothing() throws Exception {
    for (boolean gzip : new boolean[] {false, true}) {
      long few = allocated(LINES, gzip);
      long many = allocated(2 * LINES, gzip);
      double line = (double) (many - few) / ((long) LINES * FAMILIES * SANDBOXES);
      assertThat(line).as("bytes for each line more, gzip: %s", gzip).isLessThan(0.5);
      assertThat(few / SANDBOXES).as("bytes for a sandbox, gzip: %s", gzip).isLessThan(3000);
    }
  }

  @Test
  void noLineOfAnOrdinaryBodyGoesTheSlowWay() throws Exception {
    scrape(body(LINES, 0), true);
    long before = scratch.line.parsed();
    for (int moment = 1; moment < 10; moment++) {
      scrape(body(LINES, moment), true);
    }
    assertThat(scratch.line.parsed() - before).as("lines taken apart").isZero();
  }

  /** Of a body only its values are kept: copied to pages once, and back once. */
  @Test
  void valuesAloneAreKeptAndEachIsCopiedTwice() throws Exception {
    scrape(body(LINES, 0), false);
    byte[] body = body(LINES, 1);
    long values = 0;
    for (var line : new String(body, StandardCharsets.US_ASCII).split("\n", -1)) {
      values += line.isEmpty() || line.startsWith("#") ? 0 : line.length() - line.lastIndexOf(' ');
    }
    long before = store.bytesCopied();
    scrape(body, false);
    long cut = (long) SANDBOXES * (body.length / READ_BYTES) * 200;
    assertThat(store.bytesCopied() - before)
        .as("bytes to and from pages; a line may be cut by a read")
        .isBetween(2 * values * SANDBOXES, 2 * values * SANDBOXES + cut);
  }
}
