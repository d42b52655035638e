package io.katamonitor.bench;

import io.katamonitor.encode.ResponseFormat;
import io.katamonitor.merge.MergedFamilies;
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
 * JMH benchmarks of the steps of a scrape, without sockets, with the daemon's compiler. By {@code
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
  private MergedFamilies families;
  private int turn;

  public HotPath() {
    node = RecordedNode.of(1);
    families = node.merge();
  }

  @Setup(Level.Trial)
  public void record() {
    families.release();
    node = RecordedNode.of(sandboxes);
    families = node.merge();
  }

  @TearDown(Level.Trial)
  public void release() {
    families.release();
  }

  /** One body of 84 KB. */
  @Benchmark
  public int decodeOneBody() {
    turn = (turn + 1) % sandboxes;
    var body = node.decode(turn);
    int samples = body.counts().samples();
    body.release();
    return samples;
  }

  /** All bodies. */
  @Benchmark
  public MergedFamilies decodeAndMerge() {
    var merged = node.merge();
    merged.release();
    return merged;
  }

  /** The whole response as text. */
  @Benchmark
  public long encodeText() {
    return node.encode(families, new ResponseFormat(false, false, null));
  }

  /** The same, compressed. */
  @Benchmark
  public long encodeGzip() {
    return node.encode(families, new ResponseFormat(false, true, null));
  }

  /** The whole response as protobuf. */
  @Benchmark
  public long encodeProtobuf() {
    return node.encode(families, new ResponseFormat(true, false, null));
  }

  /** The same, compressed. */
  @Benchmark
  public long encodeProtobufGzip() {
    return node.encode(families, new ResponseFormat(true, true, null));
  }
}
