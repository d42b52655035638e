package io.katamonitor.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.merge.MergedFamilies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ScrapeMemoryTest {
  /** 8 MiB of pages: a dozen bodies of 900 KB do not fit. */
  @Test
  void largestResponseIsRejectedAndTheOthersAreKept() {
    var ids = new String[14];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = "a" + i;
    }
    var node = new ScrapeHarness(64, ids);
    var client = node.scrape();
    node.shims.last("a0").respond();
    for (int i = 1; i < ids.length; i++) {
      var large = new StringBuilder();
      for (int line = 0; line < 4_000; line++) {
        large.append("kata_").append(i).append("{n=\"").append(line).append("\",x=\"");
        large.append("y".repeat(200)).append("\"} 1\n");
      }
      node.shims.last("a" + i).respond(large.toString());
    }
    assertThat(client.has("a0")).isTrue();
    assertThat(node.observer.outcomes)
        .contains("a0: success")
        .anyMatch(o -> o.endsWith(": memory"));
    client.scrape().release();
    node.time.pass(Duration.ofSeconds(71));
    assertThat(node.store.bytesInUse()).isZero();
  }

  /** Families in turn, line by line: each body takes 115 KB of the heap, and hardly any pages. */
  @Test
  void bodiesOfSegmentsAreRejectedBeforeAnyClientIsCut() {
    var ids = new String[50];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = "a" + (10 + i);
    }
    var node = new ScrapeHarness(64, ids);
    var cuts = new AtomicInteger();
    node.service.onMemoryPressure(() -> {
      cuts.incrementAndGet();
      return false;
    });
    var body = new StringBuilder("# TYPE kata_x gauge\n# TYPE kata_y gauge\n");
    for (int i = 0; i < 2_400; i++) {
      body.append("kata_x{n=\"").append(i).append("\"} 1\n");
      body.append("kata_y{n=\"").append(i).append("\"} 1\n");
    }
    var client = node.scrape();
    node.shims.last("a10").respond();
    for (int i = 1; i < ids.length; i++) {
      node.shims.last(ids[i]).respond(body.toString());
    }

    assertThat(client.has("a10")).isTrue();
    assertThat(cuts).hasValue(0);
    assertThat(node.observer.outcomes).anyMatch(o -> o.endsWith(": memory"));
    var segments = node.service.budget().segments();
    assertThat(segments.usedBytes()).isLessThan(segments.maxBytes() * 3 / 4);
    client.scrape().release();
  }

  @Test
  void clientsWithDifferentFiltersShareOneMerge() throws MemoryExhaustedException {
    var node = new ScrapeHarness(64, "a0", "a1");
    var clients = new ArrayList<ScrapeHarness.Client>();
    for (int i = 0; i < 40; i++) {
      clients.add(node.scrape());
    }
    node.shims.last("a0").respond();
    node.shims.last("a1").respond();
    var merges = node.service.budget().merges();
    var merged = new ArrayList<MergedFamilies>();
    long ofOne = 0;
    for (int i = 0; i < 40; i++) {
      var wanted = FamilyPrefixes.parse(List.of("kata,z" + i));
      merged.add(clients.get(i).scrape().merge(wanted, false));
      ofOne = i == 0 ? merges.usedBytes() : ofOne;
    }

    assertThat(ofOne).isPositive();
    assertThat(merges.usedBytes()).isEqualTo(ofOne);
    merged.forEach(MergedFamilies::release);
    clients.forEach(client -> client.scrape().release());
    assertThat(merges.usedBytes()).isZero();
  }

  @Test
  void largestBodyIsRejectedIfThereIsNoMemoryForTheMerge() throws MemoryExhaustedException {
    var node = new ScrapeHarness(64, "a0", "a1");
    var client = node.scrape();
    node.shims.last("a0").respond();
    var hostile = new StringBuilder();
    for (int i = 0; i < 2_000; i++) {
      hostile.append("# TYPE kata_").append(i).append(" gauge\nkata_").append(i).append(" 1\n");
    }
    var merges = node.service.budget().merges();
    long inUse = merges.maxBytes() - 100_000;
    merges.charge(inUse);
    node.shims.last("a1").respond(hostile.toString());

    assertThat(client.has("a0")).isTrue();
    assertThat(client.has("a1")).isFalse();
    assertThat(node.observer.outcomes).contains("a0: success", "a1: memory");
    client.scrape().release();
    merges.release(inUse);
    assertThat(merges.usedBytes()).isZero();
  }
}
