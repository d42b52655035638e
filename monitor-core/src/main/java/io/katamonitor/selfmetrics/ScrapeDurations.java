package io.katamonitor.selfmetrics;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SamplePart;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.template.OwnBodyBuilder;

/**
 * The Go daemon's histogram of scrape durations, with its buckets: 1, 2, 4 to 512 milliseconds.
 * Confined to one thread.
 */
final class ScrapeDurations implements OwnSource {
  private static final int BUCKETS = 10;

  private final OwnFamily family =
      OwnFamily.ofNode(
          "kata_monitor_scrape_durations_histogram_milliseconds",
          FamilyType.HISTOGRAM,
          "Time used to scrape from shims");
  private final long[] counts = new long[BUCKETS + 1];
  private long sumNanos;

  ScrapeDurations() {
    for (int i = 0; i < BUCKETS; i++) {
      family.addPart(SamplePart.BUCKET, String.valueOf(1L << i));
    }
    family.addPart(SamplePart.BUCKET, "+Inf");
    family.addPart(SamplePart.SUM, "");
    family.addPart(SamplePart.COUNT, "");
  }

  void observe(long nanos) {
    int bucket = 0;
    while (bucket < BUCKETS && nanos > (1_000_000L << bucket)) {
      bucket++;
    }
    counts[bucket]++;
    sumNanos += nanos;
  }

  @Override
  public void writeTo(OwnBodyBuilder body, OwnSeriesWriter values) throws MemoryExhaustedException {
    values.start();
    long cumulative = 0;
    for (long count : counts) {
      cumulative += count;
      values.number(cumulative);
    }
    values.milliseconds(sumNanos);
    values.number(cumulative);
    values.finish(family, body);
  }
}
