package io.katamonitor.encode;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.MalformedExpositionException;
import io.katamonitor.memory.CountingSlabs;
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
import io.katamonitor.template.BodyDecoder;
import io.katamonitor.template.DecodedBody;
import io.katamonitor.template.DecoderBuffers;
import io.katamonitor.template.TemplateCache;
import io.katamonitor.template.TemplateHints;
import io.katamonitor.template.TooManySamplesException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Decoder, merge and encoders as used by a scrape, without sockets. */
public final class MergedNode {
  private static final long STORE_BYTES = 64L << 20;
  static final int MAX_SAMPLES = 5000;

  /** Created once, not per scrape. */
  private static final List<SandboxLabels> LABELS = new ArrayList<>();

  private final PageStore store;
  private final MemoryAccount bodies = new MemoryAccount("bodies", 6 << 20);
  private final MemoryAccount merges = new MemoryAccount("merges", 4 << 20);
  private final MemoryAccount templateAccount = new MemoryAccount("templates", 4 << 20);
  private final TemplateCache templates =
      new TemplateCache(new KataNames(false, name -> true), templateAccount, bodies);
  private final DecoderBuffers decoderBuffers = new DecoderBuffers();
  private final EncoderBuffers encoderBuffers;
  private final List<TemplateHints> hints = new ArrayList<>();

  public MergedNode() {
    this(STORE_BYTES);
  }

  public MergedNode(long storeBytes) {
    store = new PageStore(new CountingSlabs(), storeBytes);
    encoderBuffers = new EncoderBuffers(templates, store);
  }

  public TemplateCache templates() {
    return templates;
  }

  public PageStore store() {
    return store;
  }

  EncoderBuffers encoderBuffers() {
    return encoderBuffers;
  }

  public DecoderBuffers decoderBuffers() {
    return decoderBuffers;
  }

  public BodyDecoder decoder() {
    return decoder(0);
  }

  /** A decoder for the body of the sandbox at this index. */
  public BodyDecoder decoder(int sandbox) {
    while (hints.size() <= sandbox) {
      hints.add(new TemplateHints());
    }
    return new BodyDecoder(templates, store, decoderBuffers, hints.get(sandbox), MAX_SAMPLES);
  }

  /** Asserts that no body, merge or encoder holds memory. */
  public void assertNothingHeld() {
    assertThat(store.bytesInUse()).as("bytes in use after a scrape").isZero();
    assertThat(bodies.usedBytes()).as("heap of bodies after a scrape").isZero();
    assertThat(merges.usedBytes()).as("heap of merges after a scrape").isZero();
  }

  /** Feeds a part of a body to a decoder. */
  public static void feed(BodyDecoder decoder, byte[] body, int from, int to)
      throws MalformedExpositionException, MemoryExhaustedException, TooManySamplesException {
    int at = decoder.begin(to - from);
    System.arraycopy(body, from, decoder.text(), at, to - from);
    decoder.advance(at + to - from);
  }

  /** Decodes a body that arrives in pieces which end at {@code cuts}; null if it is rejected. */
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
    } catch (MalformedExpositionException | MemoryExhaustedException | TooManySamplesException _) {
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
      decoders.add(decoder(i));
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
      } catch (MalformedExpositionException
          | MemoryExhaustedException
          | TooManySamplesException _) {
        ended[i] = true;
        decoders.get(i).discard();
      }
      left -= ended[i] ? 1 : 0;
    }
    return decoded;
  }

  /** The labels of the sandbox at index {@code i} of a scrape. */
  public static SandboxLabels labels(int i) {
    while (LABELS.size() <= i) {
      LABELS.add(newLabels(LABELS.size()));
    }
    return LABELS.get(i);
  }

  private static SandboxLabels newLabels(int i) {
    var pod = i % 3 == 2 ? Pod.UNKNOWN : new Pod("uid-" + i, "pod \"" + i + "\"", "name\\space");
    return SandboxLabels.of(
        new Sandbox(
            new SandboxId("sandbox-" + i),
            i % 2 == 0 ? ShimRuntime.GO : ShimRuntime.RUNTIME_RS,
            Path.of("/run/vc/sbs/sandbox-" + i),
            null,
            pod));
  }

  /** The same as text. */
  public static String labelText(int i) {
    return new String(labels(i).text().bytes(), StandardCharsets.ISO_8859_1);
  }

  /**
   * One scrape: decodes the bodies of the sandboxes, in pieces of any size, and encodes the
   * response in all formats. Asserts that they agree and that nothing is held afterwards; returns
   * the text.
   */
  public byte[] scrape(List<byte[]> bodies, RandomGenerator random) {
    templates.beginScrape();
    return respond(decodeInterleaved(bodies, random));
  }

  /** The response with these bodies, which it releases. */
  public byte[] respond(List<? extends @Nullable DecodedBody> decoded) {
    var families = merge(decoded);
    byte[] text = encode(families, false, false);
    assertThat(inflated(encode(families, false, true))).as("gzip").isEqualTo(text);
    byte[] protobuf = encode(families, true, false);
    assertThat(inflated(encode(families, true, true))).as("protobuf, gzip").isEqualTo(protobuf);
    ProtobufSeries.assertSameSeries(protobuf, text);
    families.release();
    assertNothingHeld();
    return text;
  }

  /** Merges bodies and releases them. */
  public MergedFamilies merge(List<? extends @Nullable DecodedBody> decoded) {
    var labeled = new ArrayList<LabeledBody>();
    for (int i = 0; i < decoded.size(); i++) {
      var body = decoded.get(i);
      if (body != null) {
        labeled.add(new LabeledBody(labels(i), body));
      }
    }
    try {
      return new MergedFamilies(labeled, name -> true, merges);
    } catch (MemoryExhaustedException e) {
      throw new AssertionError("no memory for the merge", e);
    } finally {
      labeled.forEach(body -> body.body().release());
    }
  }

  /** The whole response in one format. */
  public byte[] encode(MergedFamilies families, boolean protobuf, boolean gzip) {
    var out = new ByteArrayOutputStream();
    var encoder =
        ResponseEncoder.of(
            new ResponseFormat(protobuf, gzip, null), families, encoderBuffers, out::write);
    while (encoder.encodeNextBlock()) {}
    encoder.close();
    return out.toByteArray();
  }

  /** An encoder whose output is dropped. */
  ResponseEncoder encoder(ResponseFormat format, MergedFamilies families) {
    return ResponseEncoder.of(format, families, encoderBuffers, (bytes, from, length) -> {});
  }

  static byte[] inflated(byte[] gzip) {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError("the JDK cannot read our gzip", e);
    }
  }
}
