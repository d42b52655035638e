package io.katamonitor.scrape;

import io.katamonitor.log.Log;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.merge.LabeledBody;
import io.katamonitor.merge.MergedFamilies;
import io.katamonitor.merge.SandboxLabels;
import io.katamonitor.template.DecodedBody;
import java.util.ArrayList;
import java.util.List;

/** Merges the samples of a fan-out with own series. Confined to the event loop. */
final class ScrapeMerge {
  private static final Log LOG = Log.of(ScrapeMerge.class);

  private final ScrapeObserver observer;
  private final ScrapeMemory memory;

  ScrapeMerge(ScrapeObserver observer, ScrapeMemory memory) {
    this.observer = observer;
    this.memory = memory;
  }

  /**
   * Merges; the caller releases the result. Clients share the merge of a fan-out regardless of
   * their filters. If there is no memory for it, the slowest client is cut; if none is slow, the
   * largest body is rejected.
   */
  MergedFamilies merge(Fanout fanout, FamilyPrefixes wanted, boolean withOwn)
      throws MemoryExhaustedException {
    while (true) {
      try {
        var shared = fanout.sharedMerge(withOwn);
        if (shared != null) {
          return shared.select(wanted);
        }
        var whole = mergeWhole(fanout, withOwn);
        var selected = whole.select(wanted);
        whole.release();
        return selected;
      } catch (MemoryExhaustedException e) {
        if (!memory.cutSlowest() && !rejectLargest(fanout, e)) {
          throw e;
        }
      }
    }
  }

  private boolean rejectLargest(Fanout fanout, MemoryExhaustedException reason) {
    SandboxResult largest = null;
    long max = 0;
    for (var result : fanout.results()) {
      var body = result.body();
      if (body != null && body.heapBytesHeld() > max) {
        max = body.heapBytesHeld();
        largest = result;
      }
    }
    if (largest == null) {
      return false;
    }
    observer.sandboxScraped(
        largest.sandbox().id(), largest.rejectForMemory(String.valueOf(reason.getMessage())));
    return true;
  }

  private MergedFamilies mergeWhole(Fanout fanout, boolean withOwn)
      throws MemoryExhaustedException {
    var bodies = new ArrayList<LabeledBody>();
    var own = new ArrayList<DecodedBody>();
    var sandboxes = new ArrayList<SandboxResult>();
    try {
      if (withOwn) {
        addOwn(fanout, bodies, own);
      }
      int ownBodies = bodies.size();
      for (var result : fanout.results()) {
        var body = result.body();
        if (body != null) {
          sandboxes.add(result);
          bodies.add(new LabeledBody(labels(result), body));
        }
      }
      var merged = new MergedFamilies(bodies, name -> true, memory.merges());
      fanout.share(withOwn, merged);
      report(fanout, merged, sandboxes, ownBodies);
      return merged;
    } finally {
      own.forEach(DecodedBody::release);
    }
  }

  /** Adds the node's series, unless one sandbox is scraped, and those of each sandbox. */
  private void addOwn(Fanout fanout, List<LabeledBody> bodies, List<DecodedBody> own)
      throws MemoryExhaustedException {
    if (fanout.isOfNode()) {
      addOwnOfNode(bodies, own);
    }
    for (var result : fanout.results()) {
      var sandbox = memory.newOwnBody();
      boolean isWritten = false;
      try {
        isWritten =
            observer.writeOwnSeries(result.sandbox(), fanout.hostUsage(), result.body(), sandbox);
      } finally {
        if (!isWritten) {
          sandbox.discard();
        }
      }
      if (isWritten) {
        add(bodies, own, labels(result), sandbox.build());
      }
    }
  }

  private void addOwnOfNode(List<LabeledBody> bodies, List<DecodedBody> own)
      throws MemoryExhaustedException {
    var node = memory.newOwnBody();
    try {
      observer.writeOwnSeries(node);
    } catch (MemoryExhaustedException e) {
      node.discard();
      throw e;
    }
    add(bodies, own, SandboxLabels.NONE, node.build());
  }

  private static SandboxLabels labels(SandboxResult result) {
    return result.gate().labels(result.sandbox());
  }

  private static void add(
      List<LabeledBody> bodies, List<DecodedBody> own, SandboxLabels labels, DecodedBody body) {
    own.add(body);
    bodies.add(new LabeledBody(labels, body));
  }

  /**
   * Counts and logs dropped families and samples and conflicting declarations, once per fan-out.
   */
  private void report(
      Fanout fanout, MergedFamilies merged, List<SandboxResult> sandboxes, int ownBodies) {
    if (!fanout.markDropsReported()) {
      return;
    }
    for (var result : sandboxes) {
      var body = result.body();
      if (body != null) {
        var counts = body.counts();
        counts.droppedFamilies().forEach((why, count) -> observer.familiesDropped(why, count));
        counts.droppedSamples().forEach((why, count) -> observer.samplesDropped(why, count));
      }
    }
    if (merged.conflictCount() > 0) {
      observer.typeConflicts(merged.conflictCount());
      for (var conflict : merged.conflicts()) {
        var result = sandboxes.get(conflict.body() - ownBodies);
        if (result.gate().markConflictLogged()) {
          LOG.warn(
              "sandbox declares a family with another type or name than most; its samples are kept as untyped",
              "sandbox",
              result.sandbox().id(),
              "family",
              conflict.family(),
              "type",
              conflict.declared());
        }
      }
    }
  }
}
