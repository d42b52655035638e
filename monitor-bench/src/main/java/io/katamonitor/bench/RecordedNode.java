package io.katamonitor.bench;

import io.katamonitor.aggregate.Exposition;
import io.katamonitor.aggregate.ExpositionReader;
import io.katamonitor.aggregate.LabelText;
import io.katamonitor.aggregate.Part;
import io.katamonitor.exposition.BodyDecoder;
import io.katamonitor.exposition.DecodedBody;
import io.katamonitor.exposition.DecoderScratch;
import io.katamonitor.exposition.FamilyRule;
import io.katamonitor.exposition.MalformedExpositionException;
import io.katamonitor.exposition.MemoryExhaustedException;
import io.katamonitor.exposition.PageStore;
import io.katamonitor.exposition.ShapeCache;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The bodies of a node's shims, and the core's steps over them without any socket. */
final class RecordedNode {
  private static final int READ_BYTES = 64 * 1024;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Recorded(LabelText labels, byte[] body) {}

  private final List<Recorded> recorded = new ArrayList<>();
  private final ShapeCache shapes = new ShapeCache(FamilyRule.KATA, true);
  private final DecoderScratch scratch = new DecoderScratch();
  private final ExpositionReader.Workspace workspace = new ExpositionReader.Workspace();
  private final PageStore store =
      new PageStore(
          new PageStore.SlabSource() {
            @Override
            public ByteBuffer allocate(int bytes) {
              return ByteBuffer.allocateDirect(bytes);
            }

            @Override
            public void free(ByteBuffer slab) {
              // The collector's.
            }
          },
          1L << 30);

  private RecordedNode() {}

  static RecordedNode of(int sandboxes) {
    var recorded = new RecordedNode();
    try (var node = SimulatedNode.start()) {
      for (var simulated : node.addSandboxes(sandboxes, Layout.GO)) {
        var pod = simulated.identity();
        var sandbox =
            new Sandbox(
                new SandboxId(pod.id()),
                ShimRuntime.GO,
                simulated.directory(),
                null,
                new Pod(pod.uid(), pod.podName(), pod.namespace()));
        recorded.recorded.add(new Recorded(LabelText.of(sandbox), simulated.currentBody()));
      }
    }
    return recorded;
  }

  /** Decodes the body of one sandbox, in reads as a socket gives them. */
  DecodedBody decode(int sandbox) {
    var decoder = new BodyDecoder(shapes, store, scratch);
    var body = recorded.get(sandbox).body;
    try {
      for (int from = 0; from < body.length; from += READ_BYTES) {
        int length = Math.min(READ_BYTES, body.length - from);
        int at = decoder.begin(length);
        System.arraycopy(body, from, decoder.text(), at, length);
        decoder.advance(at + length);
      }
      return decoder.finish();
    } catch (MalformedExpositionException | MemoryExhaustedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Decodes all bodies and merges them; for the caller to release. */
  Exposition exposition() {
    var parts = new ArrayList<Part>(recorded.size());
    for (int i = 0; i < recorded.size(); i++) {
      parts.add(new Part(recorded.get(i).labels, decode(i)));
    }
    var exposition = new Exposition(parts, name -> true);
    parts.forEach(part -> part.body().release());
    return exposition;
  }

  /** Reads all of an exposition; how many bytes it came to. */
  long read(Exposition exposition, boolean gzip) {
    var bytes = new long[1];
    var reader =
        gzip
            ? ExpositionReader.gzip(
                exposition, workspace, (array, from, length) -> bytes[0] += length)
            : ExpositionReader.text(
                exposition, workspace, (array, from, length) -> bytes[0] += length);
    while (reader.turn()) {
      // A turn is a block.
    }
    return bytes[0];
  }

  /** The whole answer as text. */
  byte[] text() {
    var exposition = exposition();
    var out = new ByteArrayOutputStream();
    var reader = ExpositionReader.text(exposition, workspace, out::write);
    while (reader.turn()) {
      // A turn is a block.
    }
    exposition.release();
    return out.toByteArray();
  }
}
