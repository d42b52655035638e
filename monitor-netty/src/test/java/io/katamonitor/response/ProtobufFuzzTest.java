package io.katamonitor.response;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.katamonitor.aggregate.Exposition;
import io.katamonitor.aggregate.ExpositionReader;
import io.katamonitor.aggregate.LabelText;
import io.katamonitor.aggregate.Part;
import io.katamonitor.exposition.BodyDecoder;
import io.katamonitor.exposition.DecoderScratch;
import io.katamonitor.exposition.FamilyRule;
import io.katamonitor.exposition.MalformedExpositionException;
import io.katamonitor.exposition.MemoryExhaustedException;
import io.katamonitor.exposition.PageStore;
import io.katamonitor.exposition.ShapeCache;
import io.katamonitor.proto.prometheus.Metric;
import io.katamonitor.proto.prometheus.MetricFamily;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An input is a hostile body. Without {@code bin/fuzz} those of the corpus that are taken are run.
 */
class ProtobufFuzzTest {
  private static final Path CORPUS =
      Path.of("../monitor-core/src/test/resources/exposition/corpus/accepted");

  private static final byte[] WELL =
      """
      # TYPE kata_well_seconds histogram
      kata_well_seconds_bucket{le="1"} 7
      kata_well_seconds_bucket{le="+Inf"} 8
      kata_well_seconds_sum 0.7
      kata_well_seconds_count 8
      # TYPE kata_well_total counter
      kata_well_total{item="a"} 1
      kata_well_total{item="b"} 2
      """
          .getBytes(ISO_8859_1);

  private static final DecoderScratch SCRATCH = new DecoderScratch();
  private static final ExpositionReader.Workspace WORKSPACE = new ExpositionReader.Workspace();
  private static final List<Metric> WELL_METRICS = wellMetrics(families(new byte[0]));

  static Stream<byte[]> corpus() throws IOException {
    var bodies = new ArrayList<byte[]>();
    try (var files = Files.list(CORPUS)) {
      for (var file : files.sorted().toList()) {
        if (Files.size(file) < 2048) {
          bodies.add(Files.readAllBytes(file));
        }
      }
    }
    return bodies.stream();
  }

  @MethodSource("corpus")
  @FuzzTest
  void protobuf(byte[] body) {
    assertThat(wellMetrics(families(body))).isEqualTo(WELL_METRICS);
  }

  /** The messages of a node with this body between two that are well, named as in its text. */
  private static List<MetricFamily> families(byte[] body) {
    var shapes = new ShapeCache(FamilyRule.KATA, true);
    var store = new PageStore(new HeapSlabs(), 64 << 20);
    var parts = new ArrayList<Part>();
    decode(WELL, "sandbox-0", new BodyDecoder(shapes, store, SCRATCH), parts);
    decode(body, "sandbox-1", new BodyDecoder(shapes, store, SCRATCH), parts);
    decode(WELL, "sandbox-2", new BodyDecoder(shapes, store, SCRATCH), parts);
    var exposition = new Exposition(parts, name -> true);
    var text = new ByteArrayOutputStream();
    var reader = ExpositionReader.text(exposition, WORKSPACE, text::write);
    while (reader.turn()) {}
    var messages = new ByteArrayOutputStream();
    var protobuf = ProtobufReader.of(exposition, WORKSPACE, false, messages::write);
    while (protobuf.getAsBoolean()) {}
    exposition.release();
    parts.forEach(part -> part.body().release());
    assertThat(store.bytesInUse()).isZero();

    var families = parsed(messages.toByteArray());
    assertThat(families.stream().map(MetricFamily::getName))
        .containsExactlyElementsOf(
            text.toString(ISO_8859_1)
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ", -1)[2])
                .toList());
    return families;
  }

  private static void decode(byte[] sent, String id, BodyDecoder decoder, List<Part> parts) {
    var labels =
        LabelText.of(
            new Sandbox(
                new SandboxId(id),
                ShimRuntime.GO,
                Path.of("/run/vc/sbs/" + id),
                null,
                new Pod("uid", "pod", "namespace")));
    try {
      int at = decoder.begin(sent.length);
      System.arraycopy(sent, 0, decoder.text(), at, sent.length);
      decoder.advance(at + sent.length);
      parts.add(new Part(labels, decoder.finish()));
    } catch (MalformedExpositionException | MemoryExhaustedException _) {
      decoder.discard();
    }
  }

  private static List<MetricFamily> parsed(byte[] messages) {
    var families = new ArrayList<MetricFamily>();
    var in = new ByteArrayInputStream(messages);
    try {
      for (var next = MetricFamily.parseDelimitedFrom(in);
          next != null;
          next = MetricFamily.parseDelimitedFrom(in)) {
        families.add(next);
      }
    } catch (IOException e) {
      throw new AssertionError("a message that cannot be read", e);
    }
    return families;
  }

  /** Of the two that are well, whatever families these metrics are in. */
  private static List<Metric> wellMetrics(List<MetricFamily> families) {
    var metrics = new ArrayList<Metric>();
    for (var family : families) {
      for (var metric : family.getMetricList()) {
        boolean isWell =
            metric.getLabelList().stream()
                .anyMatch(label ->
                    label.getName().equals("sandbox_id")
                        && (label.getValue().equals("sandbox-0")
                            || label.getValue().equals("sandbox-2")));
        if (isWell) {
          metrics.add(metric);
        }
      }
    }
    return metrics;
  }

  private static final class HeapSlabs implements PageStore.SlabSource {
    @Override
    public ByteBuffer allocate(int bytes) {
      return ByteBuffer.allocate(bytes);
    }

    @Override
    public void free(ByteBuffer slab) {}
  }
}
