package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

class BlockHeaderTest {
  /**
   * Codes whose lengths repeat in runs of all kinds: java.util.zip reads the header, and finds the
   * end of the block where it is.
   */
  @Test
  void inflaterReadsTheRunsOfLengths() throws Exception {
    for (int step : new int[] {1, 2, 3, 7, 12, 60, 139, 256}) {
      int[] counts = new int[DeflateTables.LITERAL_CODES];
      for (int i = 0; i <= DeflateTables.END; i += step) {
        counts[i] = 1 + i % 5;
      }
      counts[DeflateTables.END] = 1;
      var literals = new HuffmanCode(DeflateTables.LITERAL_CODES, 15);
      literals.build(counts);
      int[] distanceCounts = new int[DeflateTables.DISTANCE_CODES];
      Arrays.fill(distanceCounts, 0, 12, step % 2);
      var distances = new HuffmanCode(DeflateTables.DISTANCE_CODES, 15);
      distances.build(distanceCounts);
      var out = new BitWriter();
      out.begin(new BitWriter.PendingBits());
      new BlockHeader().write(literals, distances, out);
      int end = DeflateTables.END;
      out.write(literals.codes()[end] & 0xFFFF, literals.lengths()[end]);
      out.write(0b011, 3);
      out.write(0, 7);
      out.alignToByte();

      var inflater = new Inflater(true);
      inflater.setInput(out.bytes(), 0, out.length());
      assertThat(inflater.inflate(new byte[1])).as("step %d", step).isZero();
      assertThat(inflater.finished()).as("step %d", step).isTrue();
      assertThat(inflater.getRemaining()).isZero();
      inflater.end();
    }
  }
}
