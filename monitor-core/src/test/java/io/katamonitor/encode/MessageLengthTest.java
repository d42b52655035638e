package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Messages of sandboxes whose labels have one length, and whose counts have different ones. */
class MessageLengthTest {
  @Test
  void histogramsWithCountsOfAnyLengthAreTheSameInAllFormats() {
    var bodies = new ArrayList<byte[]>();
    for (long count : new long[] {0, 1, 127, 128, 300, 20_000, 3_000_000, 1L << 40, 5, 128}) {
      var text = new StringBuilder("# TYPE kata_h histogram\n");
      for (var method : new String[] {"a", "b", "c"}) {
        for (var bound : new String[] {"1", "2.5", "+Inf"}) {
          text.append("kata_h_bucket{m=\"").append(method).append("\",le=\"").append(bound);
          text.append("\"} ").append(count).append('\n');
        }
        text.append("kata_h_sum{m=\"").append(method).append("\"} 0.5\n");
        text.append("kata_h_count{m=\"").append(method).append("\"} ").append(count).append('\n');
      }
      bodies.add(text.toString().getBytes(US_ASCII));
    }
    var node = new MergedNode();
    for (int scrape = 0; scrape < 3; scrape++) {
      // Asserts that text, protobuf and both with gzip agree.
      node.scrape(bodies, new SplittableRandom(scrape));
    }
  }
}
