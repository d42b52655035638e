package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.katamonitor.template.DecodedBody;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Cost of a scrape, counted and not timed: objects, copies, and lines that take the slow path. Node
 * and bodies have realistic sizes: 50 sandboxes of 69 families with 18 lines each.
 */
class HotPathTest {
  private static final int SANDBOXES = 50;
  private static final int FAMILIES = 69;
  private static final int LINES = 18;
  private static final int READ_BYTES = 64 * 1024;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final List<ResponseFormat> FORMATS =
      List.of(
          new ResponseFormat(false, false, null),
          new ResponseFormat(false, true, null),
          new ResponseFormat(true, false, null),
          new ResponseFormat(true, true, null));

  private final MergedNode node = new MergedNode();

  /** The body of a shim at a moment: series stay, values change. */
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

  private void scrape(byte[] body, ResponseFormat format) throws Exception {
    node.templates().beginScrape();
    var bodies = new ArrayList<DecodedBody>(SANDBOXES);
    for (int i = 0; i < SANDBOXES; i++) {
      bodies.add(decode(body, i));
    }
    var families = node.merge(bodies);
    var encoder = node.encoder(format, families);
    while (encoder.encodeNextBlock()) {}
    encoder.close();
    families.release();
  }

  private DecodedBody decode(byte[] body, int sandbox) throws Exception {
    var decoder = node.decoder(sandbox);
    for (int from = 0; from < body.length; from += READ_BYTES) {
      MergedNode.feed(decoder, body, from, Math.min(from + READ_BYTES, body.length));
    }
    return decoder.finish();
  }

  /** Bytes of the heap that a scrape takes, once warm. */
  private long allocated(int lines, ResponseFormat format) throws Exception {
    for (int moment = 0; moment < 12; moment++) {
      scrape(body(lines, moment), format);
    }
    byte[] next = body(lines, 12);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    scrape(next, format);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void linesAllocateNothing() throws Exception {
    for (var format : FORMATS) {
      long few = allocated(LINES, format);
      long many = allocated(2 * LINES, format);
      double line = (double) (many - few) / ((long) LINES * FAMILIES * SANDBOXES);
      assertThat(line).as("bytes for each line more, %s", format).isLessThan(0.5);
      assertThat(few / SANDBOXES).as("bytes for a sandbox, %s", format).isLessThan(3000);
    }
  }

  @Test
  void noLineOfAnOrdinaryBodyTakesTheSlowPath() throws Exception {
    scrape(body(LINES, 0), FORMATS.getFirst());
    long before = node.decoderBuffers().parsedLines();
    for (int moment = 1; moment < 10; moment++) {
      scrape(body(LINES, moment), FORMATS.getFirst());
    }
    assertThat(node.decoderBuffers().parsedLines() - before).as("lines taken apart").isZero();
  }

  /** Of a body only its values are kept: copied to pages once, and back once. */
  @Test
  void onlyValuesAreKeptAndEachIsCopiedTwice() throws Exception {
    scrape(body(LINES, 0), FORMATS.getFirst());
    byte[] body = body(LINES, 1);
    long values = 0;
    for (var line : new String(body, StandardCharsets.US_ASCII).split("\n", -1)) {
      values += line.isEmpty() || line.startsWith("#") ? 0 : line.length() - line.lastIndexOf(' ');
    }
    long before = node.store().bytesCopied();
    scrape(body, FORMATS.getFirst());
    long cut = (long) SANDBOXES * (body.length / READ_BYTES) * 200;
    assertThat(node.store().bytesCopied() - before)
        .as("bytes to and from pages; a line may be cut by a read")
        .isBetween(2 * values * SANDBOXES, 2 * values * SANDBOXES + cut);
  }
}
