package io.katamonitor.selfmetrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.katamonitor.encode.EncoderBuffers;
import io.katamonitor.encode.ResponseEncoder;
import io.katamonitor.encode.ResponseFormat;
import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.memory.PageStore;
import io.katamonitor.merge.KataNames;
import io.katamonitor.merge.LabeledBody;
import io.katamonitor.merge.MergedFamilies;
import io.katamonitor.merge.SandboxLabels;
import io.katamonitor.template.OwnBodyBuilder;
import io.katamonitor.template.TemplateCache;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Own series as text, without the labels of a sandbox. */
final class OwnSeriesText {
  /** Writes series. */
  interface Source {
    void writeTo(OwnBodyBuilder body) throws MemoryExhaustedException;
  }

  private OwnSeriesText() {}

  static List<String> lines(Source source) {
    var account = new MemoryAccount("bodies", 1 << 20);
    var store = new PageStore(new HeapSlabs(), 1 << 20);
    var cache = new TemplateCache(new KataNames(false, name -> true), account, account);
    var builder = new OwnBodyBuilder(account, store);
    var out = new ByteArrayOutputStream();
    try {
      source.writeTo(builder);
      var body = builder.build();
      var families =
          new MergedFamilies(
              List.of(new LabeledBody(SandboxLabels.NONE, body)), name -> true, account);
      var encoder =
          ResponseEncoder.of(
              new ResponseFormat(false, false, null),
              families,
              new EncoderBuffers(cache, store),
              out::write);
      while (encoder.encodeNextBlock()) {}
      encoder.close();
      families.release();
      body.release();
    } catch (MemoryExhaustedException e) {
      throw new AssertionError("no memory for own series", e);
    }
    return out.toString(UTF_8).lines().toList();
  }

  static final class HeapSlabs implements PageStore.SlabSource {
    @Override
    public ByteBuffer allocate(int bytes) {
      return ByteBuffer.allocate(bytes);
    }

    @Override
    public void free(ByteBuffer slab) {}
  }
}
