package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.katamonitor.exposition.MalformedExpositionException;
import io.katamonitor.memory.CountingSlabs;
import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.memory.PageStore;
import io.katamonitor.merge.KataNames;

/** A template cache with its accounts, and decoders of whole bodies. */
final class LearningNode {
  static final KataNames NAMES = new KataNames(false, name -> !name.startsWith("kata_denied"));

  final MemoryAccount templates;
  final MemoryAccount bodies;
  final PageStore store = new PageStore(new CountingSlabs(), 1 << 24);
  final TemplateCache cache;
  final DecoderBuffers buffers = new DecoderBuffers();
  final TemplateHints hints = new TemplateHints();

  /** A node whose bodies may learn 1 MiB. */
  LearningNode() {
    this((1 << 20) / 3 * 4 + 4);
  }

  LearningNode(long templateBytes) {
    this(templateBytes, 1 << 20);
  }

  LearningNode(long templateBytes, long bodyBytes) {
    bodies = new MemoryAccount("bodies", bodyBytes);
    templates = new MemoryAccount("templates", templateBytes);
    cache = new TemplateCache(NAMES, templates, bodies);
  }

  BodyDecoder decoder() {
    return new BodyDecoder(cache, store, buffers, hints, 5000);
  }

  static void feed(BodyDecoder decoder, String text)
      throws MalformedExpositionException, MemoryExhaustedException, TooManySamplesException {
    byte[] bytes = text.getBytes(ISO_8859_1);
    int at = decoder.begin(bytes.length);
    System.arraycopy(bytes, 0, decoder.text(), at, bytes.length);
    decoder.advance(at + bytes.length);
  }

  DecodedBody decode(String text)
      throws MalformedExpositionException, MemoryExhaustedException, TooManySamplesException {
    return decode(text, hints);
  }

  /** The same for a separate sandbox. */
  DecodedBody decodeOfAnother(String text)
      throws MalformedExpositionException, MemoryExhaustedException, TooManySamplesException {
    return decode(text, new TemplateHints());
  }

  private DecodedBody decode(String text, TemplateHints ofSandbox)
      throws MalformedExpositionException, MemoryExhaustedException, TooManySamplesException {
    var decoder = new BodyDecoder(cache, store, buffers, ofSandbox, 5000);
    try {
      feed(decoder, text);
      return decoder.finish();
    } finally {
      decoder.discard();
    }
  }

  /** Number of lines that were parsed to decode a body, which is released. */
  long parsedLines(String text)
      throws MalformedExpositionException, MemoryExhaustedException, TooManySamplesException {
    long before = buffers.parsedLines();
    decode(text).release();
    return buffers.parsedLines() - before;
  }

  /** The data that a body keeps of a segment in addition to its template. */
  static String values(DecodedBody body, int segment) {
    byte[] values = new byte[body.end(segment) - body.start(segment)];
    body.copyValues(body.start(segment), values, 0, values.length);
    return new String(values, ISO_8859_1);
  }

  /** A body with one gauge of so many series. */
  static String gauge(String name, int series, int value) {
    var text = new StringBuilder("# TYPE ").append(name).append(" gauge\n");
    for (int i = 0; i < series; i++) {
      text.append(name).append("{i=\"").append(i).append("\"} ").append(value).append('\n');
    }
    return text.toString();
  }
}
