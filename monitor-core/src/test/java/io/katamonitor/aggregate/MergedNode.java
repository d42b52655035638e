package io.katamonitor.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Decoder and merge as a scrape uses them, without sockets: bodies in, the node's answer out. */
public final class MergedNode {
  private static final long STORE_BYTES = 64L << 20;

  private final PageStore store;
  private final ShapeCache shapes = new ShapeCache(FamilyRule.KATA, true);
  private final DecoderScratch scratch = new DecoderScratch();

  /** Shared by all: it is large, and empty between turns. */
  private static final ExpositionReader.Workspace WORKSPACE = new ExpositionReader.Workspace();

  public MergedNode() {
    this(STORE_BYTES);
  }

  public MergedNode(long storeBytes) {
    store = new PageStore(new HeapSlabs(), storeBytes);
  }

  private static final class HeapSlabs implements PageStore.SlabSource {
    @Override
    public ByteBuffer allocate(int bytes) {
      return ByteBuffer.allocate(bytes);
    }

    @Override
    public void free(ByteBuffer slab) {}
  }

  public ShapeCache shapes() {
    return shapes;
  }

  public PageStore store() {
    return store;
  }

  public BodyDecoder decoder() {
    return new BodyDecoder(shapes, store, scratch);
  }

  /** Feeds a part of a body to a decoder. */
  public static void feed(BodyDecoder decoder, byte[] body, int from, int to)
      throws MalformedExpositionException, MemoryExhaustedException {
    int at = decoder.begin(to - from);
    System.arraycopy(body, from, decoder.text(), at, to - from);
    decoder.advance(at + to - from);
  }

  /** Decodes a body that arrives in pieces which end at {@code cuts}; null where it is refused. */
  public @Nullable DecodedBody decode(byte[] body, int... cuts) {
    var decoder = decoder();
    try {
      int from = 0;
      for (int cut : cuts) {
        feed(decoder, body, from, cut);
        from = cut;
      }
      feed(decoder, body, from, body.length);
      return decoder.finish();
    } catch (MalformedExpositionException | MemoryExhaustedException _) {
      decoder.discard();
      return null;
    }
  }

  /** Decodes bodies that arrive at the same time, in pieces of any size and order. */
  public List<@Nullable DecodedBody> decodeInterleaved(
      List<byte[]> bodies, RandomGenerator random) {
    int count = bodies.size();
    var decoded = new ArrayList<@Nullable DecodedBody>();
    var decoders = new ArrayList<BodyDecoder>();
    for (int i = 0; i < count; i++) {
      decoders.add(decoder());
      decoded.add(null);
    }
    int[] fed = new int[count];
    boolean[] ended = new boolean[count];
    for (int left = count; left > 0; ) {
      int i = random.nextInt(count);
      if (ended[i]) {
        continue;
      }
      try {
        int rest = bodies.get(i).length - fed[i];
        int more = Math.min(rest, 1 + random.nextInt(1 << random.nextInt(12)));
        feed(decoders.get(i), bodies.get(i), fed[i], fed[i] + more);
        fed[i] += more;
        if (more == rest) {
          ended[i] = true;
          decoded.set(i, decoders.get(i).finish());
        }
      } catch (MalformedExpositionException | MemoryExhaustedException _) {
        ended[i] = true;
        decoders.get(i).discard();
      }
      left -= ended[i] ? 1 : 0;
    }
    return decoded;
  }

  /** The labels of the sandbox in place {@code i} of a scrape. */
  public static LabelText labels(int i) {
    var pod = i % 3 == 2 ? Pod.UNKNOWN : new Pod("uid-" + i, "pod \"" + i + "\"", "name\\space");
    return LabelText.of(
        new Sandbox(
            new SandboxId("sandbox-" + i),
            i % 2 == 0 ? ShimRuntime.GO : ShimRuntime.RUNTIME_RS,
            Path.of("/run/vc/sbs/sandbox-" + i),
            null,
            pod));
  }

  /** The same as text. */
  public static String labelText(int i) {
    var labels = labels(i);
    return new String(labels.text(), 0, labels.length(), StandardCharsets.ISO_8859_1);
  }

  /**
   * One scrape: decodes what the sandboxes sent, in pieces of any size, and answers. That the
   * answer is the same in gzip, and that nothing is kept of it, is asserted.
   */
  public byte[] scrape(List<byte[]> bodies, RandomGenerator random) {
    shapes.beginScrape();
    return answer(decodeInterleaved(bodies, random));
  }

  /** The answer with these bodies, which it releases. */
  public byte[] answer(List<? extends @Nullable DecodedBody> bodies) {
    var parts = new ArrayList<Part>();
    for (int i = 0; i < bodies.size(); i++) {
      var body = bodies.get(i);
      if (body != null) {
        parts.add(new Part(labels(i), body));
      }
    }
    var exposition = new Exposition(parts, name -> true);
    parts.forEach(part -> part.body().release());
    byte[] text = text(exposition);
    assertThat(inflated(gzip(exposition))).as("gzip").isEqualTo(text);
    exposition.release();
    assertThat(store.bytesInUse()).as("bytes in use behind a scrape").isZero();
    return text;
  }

  private byte[] text(Exposition exposition) {
    var out = new ByteArrayOutputStream();
    var reader = ExpositionReader.text(exposition, WORKSPACE, out::write);
    while (reader.turn()) {}
    return out.toByteArray();
  }

  private byte[] gzip(Exposition exposition) {
    var out = new ByteArrayOutputStream();
    var reader = ExpositionReader.gzip(exposition, WORKSPACE, out::write);
    while (reader.turn()) {}
    return out.toByteArray();
  }

  static byte[] inflated(byte[] gzip) {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError("the JDK cannot read our gzip", e);
    }
  }
}
