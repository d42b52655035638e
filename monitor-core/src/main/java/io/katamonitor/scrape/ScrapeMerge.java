package io.katamonitor.scrape;

import io.katamonitor.aggregate.Exposition;
import io.katamonitor.aggregate.LabelText;
import io.katamonitor.aggregate.Part;
import io.katamonitor.exposition.BodyDecoder;
import io.katamonitor.exposition.DecodedBody;
import io.katamonitor.exposition.DropReason;
import io.katamonitor.exposition.FamilyRule;
import io.katamonitor.exposition.MalformedExpositionException;
import io.katamonitor.exposition.MemoryExhaustedException;
import io.katamonitor.exposition.ShapeCache;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Merges the samples of a fan-out with own series. Confined to the event loop. */
final class ScrapeMerge {
  private final ScrapeObserver observer;
  private final ScrapeMemory memory;
  private final ShapeCache ownShapes = new ShapeCache(FamilyRule.ALL, false);
  private final ShapeCache ownSandboxShapes = new ShapeCache(FamilyRule.ALL, true);

  ScrapeMerge(ScrapeObserver observer, ScrapeMemory memory) {
    this.observer = observer;
    this.memory = memory;
  }

  /** Merges; the caller releases the result. */
  Exposition merge(Fanout fanout, Predicate<String> kept, boolean withOwn) {
    var parts = new ArrayList<Part>();
    var own = new ArrayList<DecodedBody>();
    try {
      if (withOwn) {
        addOwn(fanout, parts, own);
      }
      // After all own series: of two families with one name the first is kept.
      for (var result : fanout.results()) {
        var body = result.body();
        if (body != null) {
          parts.add(new Part(labels(result), body));
        }
      }
      var exposition = new Exposition(parts, kept);
      reportDropped(fanout, exposition);
      return exposition;
    } finally {
      own.forEach(DecodedBody::release);
    }
  }

  private void addOwn(Fanout fanout, List<Part> parts, List<DecodedBody> own) {
    ownShapes.beginScrape();
    ownSandboxShapes.beginScrape();
    add(parts, own, LabelText.NONE, decode(ownShapes, observer.ownSeries()));
    for (var result : fanout.results()) {
      var series = observer.ownSeries(result.sandbox().id());
      if (series != null) {
        add(parts, own, labels(result), decode(ownSandboxShapes, series));
      }
    }
  }

  private static LabelText labels(SandboxResult result) {
    return result.gate().labels(result.sandbox());
  }

  private static void add(
      List<Part> parts, List<DecodedBody> own, LabelText labels, DecodedBody body) {
    own.add(body);
    parts.add(new Part(labels, body));
  }

  private DecodedBody decode(ShapeCache cache, ByteBuffer series) {
    var decoder = new BodyDecoder(cache, memory.store(), memory.scratch());
    try {
      int length = series.remaining();
      int at = decoder.begin(length);
      series.get(decoder.text(), at, length);
      decoder.advance(at + length);
      return decoder.finish();
    } catch (MalformedExpositionException | MemoryExhaustedException e) {
      decoder.discard();
      throw new IllegalStateException("own series cannot be parsed", e);
    }
  }

  private void reportDropped(Fanout fanout, Exposition exposition) {
    if (!fanout.markDropsReported()) {
      return;
    }
    Map<DropReason, Integer> dropped = new EnumMap<>(exposition.dropped());
    for (var result : fanout.results()) {
      var body = result.body();
      if (body != null) {
        body.dropped().forEach((reason, count) -> dropped.merge(reason, count, Integer::sum));
      }
    }
    dropped.forEach((reason, count) -> observer.familiesDropped(reason, count));
  }
}
