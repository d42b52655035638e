package io.katamonitor.bench;

import io.katamonitor.aggregate.Exposition;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The steps of a scrape, without sockets, with the compiler the daemon runs with. By {@code
 * bin/bench jmh HotPath -prof gc}: bytes allocated for each body, or for all bodies.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-XX:+UseSerialGC",
      "-XX:TieredStopAtLevel=1",
      "-XX:+UseCompactObjectHeaders",
      "--enable-native-access=ALL-UNNAMED"
    })
public class HotPath {
  @Param("100")
  int sandboxes;

  private RecordedNode node;
  private Exposition exposition;
  private int turn;

  public HotPath() {
    node = RecordedNode.of(1);
    exposition = node.exposition();
  }

  @Setup(Level.Trial)
  public void record() {
    exposition.release();
    node = RecordedNode.of(sandboxes);
    exposition = node.exposition();
  }

  @TearDown(Level.Trial)
  public void release() {
    exposition.release();
  }

  /** One body of 84 KB. */
  @Benchmark
  public int decodeOneBody() {
    turn = (turn + 1) % sandboxes;
    var body = node.decode(turn);
    int samples = body.samples();
    body.release();
    return samples;
  }

  /** All bodies. */
  @Benchmark
  public Exposition decodeAndMerge() {
    var merged = node.exposition();
    merged.release();
    return merged;
  }

  /** All lines with their labels. */
  @Benchmark
  public long writeText() {
    return node.read(exposition, false);
  }

  /** The same, compressed. */
  @Benchmark
  public long writeGzip() {
    return node.read(exposition, true);
  }
}
