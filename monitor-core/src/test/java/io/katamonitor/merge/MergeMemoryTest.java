package io.katamonitor.merge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.encode.MergedNode;
import io.katamonitor.memory.MemoryAccount;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.template.DecodedBody;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * {@link MergeHeap}, {@link FamilyMerger} and {@link MergedFamilies}: the heap that merges take.
 */
class MergeMemoryTest {
  private final MergedNode node = new MergedNode();

  @Test
  void mergeIsChargedInAdvanceAndReleasedAfterAFailure() {
    var account = new MemoryAccount("merges", 60_000);
    var bodies = List.of(labeled(0, families(0, 1_000)));

    assertThatThrownBy(() -> new MergedFamilies(bodies, name -> true, account))
        .isInstanceOf(MemoryExhaustedException.class)
        .hasMessage("the 60000 bytes for merges are in use");

    assertThat(account.usedBytes()).isZero();
    release(bodies);
    node.assertNothingHeld();
  }

  @Test
  void memoryOfConflictsIsCharged() throws MemoryExhaustedException {
    var text = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      text.append("# TYPE kata_x").append(i).append("_count gauge\nkata_x").append(i);
      text.append("_count 1\n");
    }
    var histograms = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      var name = "kata_x" + i;
      histograms.append("# TYPE ").append(name).append(" histogram\n").append(name);
      histograms.append("_bucket{le=\"+Inf\"} 1\n").append(name).append("_sum 1\n");
      histograms.append(name).append("_count 1\n");
    }
    var account = new MemoryAccount("merges", 1 << 20);
    var bodies = List.of(labeled(0, text.toString()), labeled(1, histograms.toString()));
    var merged = new MergedFamilies(bodies, name -> true, account);

    // 200 segments; 100 families that are accepted, 200 that the others become, with their names.
    assertThat(account.usedBytes()).isBetween(200 * 4 + 300 * 40L + 200 * 80, 80_000L);
    merged.release();
    assertThat(account.usedBytes()).isZero();
    release(bodies);
    node.assertNothingHeld();
  }

  @Test
  void selectionsShareOneMerge() throws MemoryExhaustedException {
    var account = new MemoryAccount("merges", 1 << 20);
    var bodies = List.of(labeled(0, families(0, 50)));
    var whole = new MergedFamilies(bodies, name -> true, account);
    long charged = account.usedBytes();
    var selections = new ArrayList<MergedFamilies>();
    for (int i = 0; i < 40; i++) {
      var name = "kata_0_" + i;
      selections.add(whole.select(name::equals));
    }
    whole.release();
    release(bodies);

    assertThat(account.usedBytes()).isEqualTo(charged);
    for (int i = 0; i < 40; i++) {
      assertThat(new String(node.encode(selections.get(i), false, false), US_ASCII))
          .isEqualTo(
              "# TYPE kata_0_%d gauge\nkata_0_%d{%s} 1\n".formatted(i, i, MergedNode.labelText(0)));
    }
    selections.forEach(MergedFamilies::release);
    assertThat(account.usedBytes()).isZero();
    node.assertNothingHeld();
  }

  private static String families(int body, int count) {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      var name = "kata_" + body + "_" + i;
      text.append("# TYPE ").append(name).append(" gauge\n").append(name).append(" 1\n");
    }
    return text.toString();
  }

  private LabeledBody labeled(int sandbox, String text) {
    DecodedBody body = requireNonNull(node.decode(text.getBytes(US_ASCII)));
    return new LabeledBody(MergedNode.labels(sandbox), body);
  }

  private static void release(List<LabeledBody> bodies) {
    bodies.forEach(body -> body.body().release());
  }
}
