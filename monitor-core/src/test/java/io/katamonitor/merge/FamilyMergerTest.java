package io.katamonitor.merge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.template.DecodedBody;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FamilyMergerTest {
  private final MergeFixture fixture = new MergeFixture();

  @Test
  void linksTheSegmentsOfEachFamilyInTheOrderOfTheBodies() {
    assertThat(fixture.text("kata_b 1\nkata_a 2\nkata_b{i=\"2\"} 3\n", "kata_a 4\nkata_b 5\n"))
        .isEqualTo(
            """
            # TYPE kata_a untyped
            kata_a{L0} 2
            kata_a{L1} 4
            # TYPE kata_b untyped
            kata_b{L0} 1
            kata_b{i="2",L0} 3
            kata_b{L1} 5
            """);
  }

  @Test
  void familiesOfTwoNamesWithOneNameInTheResponseAreOne() {
    assertThat(fixture.text("go_x 1\nkata_shim_go_x 2\n", "kata_shim_go_x 3\n"))
        .isEqualTo(
            """
            # TYPE kata_shim_go_x untyped
            kata_shim_go_x{L0} 1
            kata_shim_go_x{L0} 2
            kata_shim_go_x{L1} 3
            """);
  }

  @Test
  void movedSamplesAreOrderedByBody() {
    var count = "# TYPE kata_x_count gauge\nkata_x_count 1\n";
    var summary = "# TYPE kata_x summary\nkata_x_sum 2\nkata_x_count 3\n";

    assertThat(fixture.text(count, summary, count))
        .isEqualTo(
            """
            # TYPE kata_x_count gauge
            kata_x_count{L0} 1
            kata_x_count{L1} 3
            kata_x_count{L2} 1
            # TYPE kata_x_sum untyped
            kata_x_sum{L1} 2
            """);
  }

  /** A merge is one turn of the event loop, and the samples of all bodies are many. */
  @Test
  void readsNoSampleOfARejectedDeclaration() {
    var summary = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      // Families in turn: segments of one sample, with a template as long as there is room for it.
      summary.append("# TYPE kata_y").append(i).append(" summary\n");
      for (var suffix : List.of("_sum", "_count", "{quantile=\"0.5\"}")) {
        summary.append("kata_y").append(i).append(suffix).append(" 1\n");
      }
    }
    var gauges =
        summary.toString().replace("summary", "gauge").replaceAll("kata_y.*(_sum|_count) .*\n", "");
    var decoded = new ArrayList<@Nullable DecodedBody>();
    for (var body : List.of(gauges, gauges, summary.toString())) {
      decoded.addAll(
          fixture.node.decodeInterleaved(
              List.of(body.getBytes(StandardCharsets.ISO_8859_1)), new SplittableRandom(1)));
    }
    var rejected = requireNonNull(decoded.getLast());
    assertThat(rejected.template(0).isUntemplated()).isFalse();
    assertThat(rejected.template(rejected.segments() - 1).isUntemplated()).isTrue();
    long before = fixture.node.store().bytesCopied();

    var merged = fixture.node.merge(decoded);

    assertThat(fixture.node.store().bytesCopied()).isEqualTo(before);
    assertThat(merged.conflictCount()).isEqualTo(1_000);
    // Each family, and one of the name of each sum and count.
    assertThat(merged.families()).hasSize(3_000);
    merged.release();
  }

  @Test
  void reportsSixteenConflictsAndCountsAll() {
    var bodies = new ArrayList<String>();
    for (int i = 0; i < 21; i++) {
      bodies.add("# TYPE kata_x counter\nkata_x 1\n");
    }
    for (int i = 0; i < 20; i++) {
      bodies.add("# TYPE kata_x gauge\nkata_x 1\nkata_y 2\nkata_x{a=\"b\"} 1\n");
    }
    var families = fixture.merge(bodies.toArray(new String[0]));

    assertThat(families.conflictCount()).isEqualTo(20);
    assertThat(families.conflicts()).hasSize(16);
    assertThat(families.conflicts().getFirst())
        .isEqualTo(new TypeConflict(21, "kata_x", FamilyType.GAUGE));
    assertThat(families.conflicts().getLast().body()).isEqualTo(36);
    families.release();
  }

  @Test
  void nodeWithoutConflictsReportsNone() {
    var families = fixture.merge("kata_x 1\n", "kata_x 1\n", "");

    assertThat(families.conflictCount()).isZero();
    assertThat(families.conflicts()).isEqualTo(List.of());
    families.release();
  }
}
