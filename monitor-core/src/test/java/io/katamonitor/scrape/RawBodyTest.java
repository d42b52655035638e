package io.katamonitor.scrape;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.memory.MemoryBudget;
import io.katamonitor.memory.PageStore;
import io.katamonitor.merge.KataNames;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RawBodyTest {
  private final ScrapeHarness.DirectSlabs slabs = new ScrapeHarness.DirectSlabs();
  private final MemoryBudget budget = new MemoryBudget(128 << 20, 32 << 20);
  private final ScrapeMemory memory =
      new ScrapeMemory(
          new PageStore(slabs, 1 << 20), slabs, new KataNames(false, name -> true), budget);

  @Test
  void appendedBytesAreRead() {
    var body = new RawBody(memory);
    var text = new StringBuilder();
    for (int i = 0; i < 30_000; i++) {
      var piece = i + ",";
      text.append(piece);
      assertThat(body.append(("xx" + piece).getBytes(US_ASCII), 2, piece.length())).isTrue();
    }
    var read = new StringBuilder();
    byte[] block = new byte[10_007];
    for (int count = body.read(0, block); count > 0; count = body.read(read.length(), block)) {
      read.append(new String(block, 0, count, US_ASCII));
    }
    assertThat(read.toString()).isEqualTo(text.toString());
    assertThat(body.length()).isEqualTo(text.length());
    body.release();
    assertThat(slabs.held).isZero();
  }

  @Test
  void itIsHeldUntilTheLastHolderReleasesIt() {
    var body = new RawBody(memory);
    assertThat(body.append(new byte[1], 0, 1)).isTrue();
    body.retain();
    body.release();
    assertThat(slabs.held).isPositive();
    body.release();
    assertThat(slabs.held).isZero();
    assertThat(budget.rawBodies().usedBytes()).isZero();
  }

  /** The process may have less direct memory than the budget allows. */
  @Test
  void partThatCannotBeAllocatedIsNotCharged() {
    var body = new RawBody(memory);
    byte[] part = new byte[64 * 1024];
    assertThat(body.append(part, 0, part.length)).isTrue();
    slabs.isFull = true;
    for (int i = 0; i < 1_000; i++) {
      assertThat(body.append(part, 0, part.length)).isFalse();
    }
    assertThat(budget.rawBodies().usedBytes()).isEqualTo(part.length);
    body.release();
    assertThat(budget.rawBodies().usedBytes()).isZero();
    assertThat(slabs.held).isZero();
  }

  @Test
  void totalSizeIsLimitedAndTheSlowestClientIsCutFirst() {
    var bodies = new ArrayList<RawBody>();
    byte[] megabyte = new byte[1 << 20];
    for (int i = 0; i < 16; i++) {
      bodies.add(new RawBody(memory));
      assertThat(bodies.getLast().append(megabyte, 0, megabyte.length)).isTrue();
    }
    var late = new RawBody(memory);
    assertThat(late.append(megabyte, 0, megabyte.length)).isFalse();
    var unread = new ArrayList<>(List.of(bodies.getFirst()));
    memory.onRawPressure(() -> {
      if (unread.isEmpty()) {
        return false;
      }
      unread.removeFirst().release();
      return true;
    });
    assertThat(late.append(megabyte, 0, megabyte.length)).isTrue();
    assertThat(budget.rawBodies().usedBytes()).isEqualTo(16L << 20);
  }
}
