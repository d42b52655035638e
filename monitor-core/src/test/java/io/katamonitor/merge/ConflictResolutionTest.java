package io.katamonitor.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConflictResolutionTest {
  private static final String GAUGE = "# TYPE kata_x gauge\nkata_x 1\n";
  private static final String COUNTER = "# TYPE kata_x counter\nkata_x 2\n";
  private static final String HISTOGRAM =
      """
      # TYPE kata_x histogram
      kata_x_bucket{le="+Inf"} 2
      kata_x_sum 3
      kata_x_count 2
      """;
  private static final String COUNT = "# TYPE kata_x_count counter\nkata_x_count 9\n";

  private final MergeFixture fixture = new MergeFixture();

  /** The worked example of the package's documentation. */
  @Test
  void writesTheWorkedExample() {
    assertThat(fixture.text(GAUGE, GAUGE, HISTOGRAM))
        .isEqualTo(
            """
            # TYPE kata_x gauge
            kata_x{L0} 1
            kata_x{L1} 1
            # TYPE kata_x_bucket untyped
            kata_x_bucket{L2,le="+Inf"} 2
            # TYPE kata_x_count untyped
            kata_x_count{L2} 2
            # TYPE kata_x_sum untyped
            kata_x_sum{L2} 3
            """);
  }

  @Test
  void inATieTheDeclarationOfTheFirstSandboxIsAccepted() {
    assertThat(fixture.text(GAUGE, COUNTER)).startsWith("# TYPE kata_x gauge\n");
    assertThat(fixture.text(COUNTER, GAUGE))
        .isEqualTo("# TYPE kata_x counter\nkata_x{L0} 2\nkata_x{L1} 1\n");
    assertThat(fixture.text(GAUGE, COUNTER, COUNTER, GAUGE)).startsWith("# TYPE kata_x gauge\n");
  }

  @Test
  void countBesideAHistogramBelongsToItIfTheHistogramHasTheMajority() {
    assertThat(fixture.text(COUNT, HISTOGRAM, HISTOGRAM))
        .isEqualTo(
            """
            # TYPE kata_x histogram
            kata_x_count{L0} 9
            kata_x_bucket{L1,le="+Inf"} 2
            kata_x_sum{L1} 3
            kata_x_count{L1} 2
            kata_x_bucket{L2,le="+Inf"} 2
            kata_x_sum{L2} 3
            kata_x_count{L2} 2
            """);
  }

  @Test
  void histogramBesideACountIsSplitIfTheCountHasTheMajority() {
    assertThat(fixture.text(HISTOGRAM, COUNT, COUNT))
        .isEqualTo(
            """
            # TYPE kata_x_bucket untyped
            kata_x_bucket{L0,le="+Inf"} 2
            # TYPE kata_x_count counter
            kata_x_count{L0} 2
            kata_x_count{L1} 9
            kata_x_count{L2} 9
            # TYPE kata_x_sum untyped
            kata_x_sum{L0} 3
            """);
  }

  @Test
  void twoHostileSandboxesThatDisagreeDoNotOutvoteAnHonestOne() {
    var summary = "# TYPE kata_x summary\nkata_x{quantile=\"0.5\"} 1\n";
    for (var order : List.of(List.of(0, 1, 2), List.of(2, 1, 0), List.of(1, 2, 0))) {
      var bodies = new ArrayList<String>();
      order.forEach(i -> bodies.add(List.of(HISTOGRAM, GAUGE, summary).get(i)));
      var text = fixture.text(bodies.toArray(new String[0]));
      int honest = order.indexOf(0);
      // Whatever the type: no sample is lost, and none is renamed.
      assertThat(text.lines())
          .contains(
              "kata_x_bucket{L" + honest + ",le=\"+Inf\"} 2",
              "kata_x_sum{L" + honest + "} 3",
              "kata_x_count{L" + honest + "} 2");
    }
    // Two that agree decide the type alone.
    assertThat(fixture.text(GAUGE, GAUGE, HISTOGRAM).lines())
        .contains("kata_x_bucket{L2,le=\"+Inf\"} 2", "kata_x_sum{L2} 3", "kata_x_count{L2} 2");
  }

  @Test
  void hostileSandboxThatChangesItsTypeDoesNotAffectHonestLines() {
    var bodies = new ArrayList<>(Collections.nCopies(100, HISTOGRAM));
    var expected = new ArrayList<String>();
    for (int i = 0; i < 100; i++) {
      if (i != 37) {
        expected.add("kata_x_bucket{L" + i + ",le=\"+Inf\"} 2");
        expected.add("kata_x_sum{L" + i + "} 3");
        expected.add("kata_x_count{L" + i + "} 2");
      }
    }
    for (var hostile : List.of(GAUGE, COUNT, COUNTER, HISTOGRAM, "", COUNT + GAUGE)) {
      bodies.set(37, hostile);
      var text = fixture.text(bodies.toArray(new String[0]));
      assertThat(text).startsWith("# TYPE kata_x histogram\n").containsOnlyOnce("# TYPE");
      assertThat(text.lines().filter(line -> !line.contains("L37") && !line.startsWith("#")))
          .containsExactlyElementsOf(expected);
    }
  }

  @Test
  void familyWithoutHelpGetsThatOfARejectedOne() {
    assertThat(fixture.text(GAUGE, GAUGE, "# HELP kata_x From the third.\n" + COUNTER))
        .startsWith("# HELP kata_x From the third.\n# TYPE kata_x gauge\n");
    assertThat(fixture.text("# HELP kata_x A.\n" + GAUGE, "# HELP kata_x B.\n" + GAUGE))
        .startsWith("# HELP kata_x A.\n");
  }

  @Test
  void familiesThatOnlyResembleEachOtherAreNotInConflict() {
    var text = fixture.text(GAUGE + COUNT, "# TYPE kata_y summary\nkata_y 1\nkata_y_bucket 2\n");

    assertThat(text.lines().filter(line -> line.startsWith("#")))
        .containsExactly(
            "# TYPE kata_x gauge",
            "# TYPE kata_x_count counter",
            "# TYPE kata_y summary",
            "# TYPE kata_y_bucket untyped");
  }
}
