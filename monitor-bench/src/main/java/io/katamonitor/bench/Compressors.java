package io.katamonitor.bench;

import com.intel.gkl.compression.IntelDeflater;
import io.katamonitor.encode.ResponseFormat;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;
import java.util.zip.Deflater;

/**
 * Compares compressors for the response by CPU and size: the monitor's own, the JDK's zlib,
 * libdeflate, Intel's ISA-L.
 */
final class Compressors {
  private static final int SANDBOXES = 100;
  private final int rounds;
  private final byte[] text;
  private final RecordedNode node = RecordedNode.of(SANDBOXES);

  /** Large enough for a whole response: Intel's compressor cannot continue with another buffer. */
  private final byte[] buffer;

  Compressors(int rounds) {
    this.rounds = rounds;
    this.text = node.text();
    this.buffer = new byte[text.length / 4];
  }

  void measure(Report report) {
    long zlibSix = deflated(new Deflater(6, true));
    var families = node.merge();
    var plain = new ResponseFormat(false, false, null);
    var gzip = new ResponseFormat(false, true, null);
    double encoding = cpu(() -> node.encode(families, plain)).median();
    // The own compressor encodes the text as well: the cost of encoding alone is subtracted.
    add(report, "ours", () -> node.encode(families, gzip), encoding, zlibSix);
    families.release();
    for (int level : new int[] {1, 4, 6}) {
      add(report, "JDK level " + level, () -> deflated(new Deflater(level, true)), 0, zlibSix);
    }
    for (int level : new int[] {1, 6}) {
      try (var library = new Libdeflate(level, text)) {
        add(report, "libdeflate level " + level, library::deflated, 0, zlibSix);
      }
    }
    if (new IntelDeflater(1, true).load(null)) {
      add(report, "Intel ISA-L level 1", () -> deflated(new IntelDeflater(1, true)), 0, zlibSix);
    }
  }

  private void add(Report report, String name, LongSupplier work, double besides, long zlibSix) {
    var cpu = cpu(work);
    double size = (double) work.getAsLong() / zlibSix;
    var what =
        "gzip of %.1f MB by %s, size %.2f of zlib 6's, CPU"
            .formatted(text.length / 1e6, name, size);
    report.add(
        what,
        new Statistic(cpu.median() - besides, cpu.min() - besides, cpu.max() - besides, rounds),
        "ms");
  }

  /** CPU milliseconds of this thread, after a warm-up. */
  private Statistic cpu(LongSupplier work) {
    var threads = ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 5; i++) {
      var _ = work.getAsLong();
    }
    var values = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      long before = threads.getCurrentThreadCpuTime();
      var _ = work.getAsLong();
      values[i] = (threads.getCurrentThreadCpuTime() - before) / 1e6;
    }
    return Statistic.of(values);
  }

  private long deflated(Deflater deflater) {
    long bytes = 0;
    deflater.setInput(text, 0, text.length);
    deflater.finish();
    while (!deflater.finished()) {
      bytes += deflater.deflate(buffer, 0, buffer.length);
    }
    deflater.end();
    return bytes;
  }
}
