package io.katamonitor.bench;

import io.katamonitor.encode.ByteConsumer;
import io.katamonitor.encode.EncoderBuffers;
import io.katamonitor.encode.ResponseEncoder;
import io.katamonitor.encode.ResponseFormat;
import io.katamonitor.exposition.MalformedExpositionException;
import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.memory.PageStore;
import io.katamonitor.merge.KataNames;
import io.katamonitor.merge.LabeledBody;
import io.katamonitor.merge.MergedFamilies;
import io.katamonitor.merge.SandboxLabels;
import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.sandbox.SandboxId;
import io.katamonitor.sandbox.ShimRuntime;
import io.katamonitor.sim.Layout;
import io.katamonitor.sim.SimulatedNode;
import io.katamonitor.template.BodyDecoder;
import io.katamonitor.template.DecodedBody;
import io.katamonitor.template.DecoderBuffers;
import io.katamonitor.template.TemplateCache;
import io.katamonitor.template.TemplateHints;
import io.katamonitor.template.TooManySamplesException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The bodies of a node's shims, and the core's steps on them without sockets. */
final class RecordedNode {
  private static final int READ_BYTES = 64 * 1024;
  private static final int MAX_SAMPLES = 5000;

  /** Body of one shim, and the state kept for its sandbox between scrapes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Recorded(SandboxLabels labels, byte[] body, TemplateHints hints) {}

  private final List<Recorded> recorded = new ArrayList<>();
  private final MemoryAccount heap = new MemoryAccount("bench", 256 << 20);
  private final TemplateCache templates =
      new TemplateCache(
          new KataNames(false, name -> true), new MemoryAccount("templates", 4 << 20), heap);
  private final DecoderBuffers decoderBuffers = new DecoderBuffers();
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
  private final EncoderBuffers encoderBuffers = new EncoderBuffers(templates, store);

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
        recorded.recorded.add(
            new Recorded(SandboxLabels.of(sandbox), simulated.currentBody(), new TemplateHints()));
      }
    }
    return recorded;
  }

  /** Decodes the body of one sandbox, in reads of the size of socket reads. */
  DecodedBody decode(int sandbox) {
    var decoder =
        new BodyDecoder(templates, store, decoderBuffers, recorded.get(sandbox).hints, MAX_SAMPLES);
    var body = recorded.get(sandbox).body;
    try {
      for (int from = 0; from < body.length; from += READ_BYTES) {
        int length = Math.min(READ_BYTES, body.length - from);
        int at = decoder.begin(length);
        System.arraycopy(body, from, decoder.text(), at, length);
        decoder.advance(at + length);
      }
      return decoder.finish();
    } catch (MalformedExpositionException | MemoryExhaustedException | TooManySamplesException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Decodes all bodies and merges them; the caller releases the result. */
  MergedFamilies merge() {
    templates.beginScrape();
    var bodies = new ArrayList<LabeledBody>(recorded.size());
    for (int i = 0; i < recorded.size(); i++) {
      bodies.add(new LabeledBody(recorded.get(i).labels, decode(i)));
    }
    try {
      return new MergedFamilies(bodies, name -> true, heap);
    } catch (MemoryExhaustedException e) {
      throw new IllegalStateException(e);
    } finally {
      bodies.forEach(body -> body.body().release());
    }
  }

  /** Encodes a whole response and returns its size. */
  long encode(MergedFamilies families, ResponseFormat format) {
    var bytes = new long[1];
    encode(families, format, (array, from, length) -> bytes[0] += length);
    return bytes[0];
  }

  private void encode(MergedFamilies families, ResponseFormat format, ByteConsumer out) {
    var encoder = ResponseEncoder.of(format, families, encoderBuffers, out);
    while (encoder.encodeNextBlock()) {
      // The block was handed out.
    }
    encoder.close();
  }

  /** The whole response as text. */
  byte[] text() {
    var families = merge();
    var out = new ByteArrayOutputStream();
    encode(families, new ResponseFormat(false, false, null), out::write);
    families.release();
    return out.toByteArray();
  }
}
