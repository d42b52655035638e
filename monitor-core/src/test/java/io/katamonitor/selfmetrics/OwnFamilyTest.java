package io.katamonitor.selfmetrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SamplePart;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnFamilyTest {
  /** Prefix and suffix of each series. */
  private static List<String> series(OwnFamily family) {
    var all = new ArrayList<String>();
    var pattern = family.template().output();
    for (int i = 0; i < pattern.lines(); i++) {
      int insert = pattern.insertOffsets()[i];
      var prefix = new String(pattern.bytes(), pattern.start(i), insert - pattern.start(i), UTF_8);
      var suffix = new String(pattern.bytes(), insert, pattern.ends()[i] - insert, UTF_8);
      all.add(prefix + " ^ " + suffix);
    }
    return all;
  }

  private static OwnFamily ofNode(FamilyType type) {
    return OwnFamily.ofNode("kata_monitor_x", type, "X.");
  }

  private static OwnFamily ofSandbox(FamilyType type) {
    return OwnFamily.ofSandbox("kata_monitor_x", type, "X.");
  }

  /** The worked example of the package's documentation. */
  @Test
  void seriesOfASandboxHasItsLabelsBetweenPrefixAndSuffix() {
    var up =
        OwnFamily.ofSandbox("kata_monitor_sandbox_up", FamilyType.GAUGE, "1 if it is up.").add();

    assertThat(series(up)).containsExactly("kata_monitor_sandbox_up{ ^ } ");
  }

  @Test
  void seriesOfTheNodeHasNoBracesWithoutLabels() {
    assertThat(series(OwnFamily.single("kata_monitor_x", FamilyType.GAUGE, "X.")))
        .containsExactly("kata_monitor_x ^  ");
  }

  @Test
  void ownLabelsComeBeforeThoseOfTheSandbox() {
    assertThat(series(ofNode(FamilyType.GAUGE).add("a", "1", "b", "2")))
        .containsExactly("kata_monitor_x{a=\"1\",b=\"2\" ^ } ");
    assertThat(series(ofSandbox(FamilyType.GAUGE).add("a", "1")))
        .containsExactly("kata_monitor_x{a=\"1\", ^ } ");
  }

  @Test
  void labelValuesAreEscaped() {
    assertThat(series(ofNode(FamilyType.GAUGE).add("a", "\"\\\né")))
        .containsExactly("kata_monitor_x{a=\"\\\"\\\\\\né\" ^ } ");
  }

  @Test
  void boundsComeLast() {
    assertThat(
            series(
                ofNode(FamilyType.HISTOGRAM)
                    .addPart(SamplePart.BUCKET, "+Inf")
                    .addPart(SamplePart.BUCKET, "1", "a", "b")
                    .addPart(SamplePart.SUM, "")))
        .containsExactly(
            "kata_monitor_x_bucket{ ^ le=\"+Inf\"} ",
            "kata_monitor_x_bucket{a=\"b\" ^ ,le=\"1\"} ",
            "kata_monitor_x_sum ^  ");
    assertThat(series(ofSandbox(FamilyType.HISTOGRAM).addPart(SamplePart.BUCKET, "1")))
        .containsExactly("kata_monitor_x_bucket{ ^ ,le=\"1\"} ");
  }

  @Test
  void templateIsRebuiltAfterASeriesIsAdded() {
    var family = ofNode(FamilyType.GAUGE).add("a", "1");
    var first = family.template();
    assertThat(family.template()).isSameAs(first);
    family.add("a", "2");

    assertThat(family.template()).isNotSameAs(first);
    assertThat(family.series()).isEqualTo(2);
    assertThat(family.name()).isEqualTo("kata_monitor_x");
  }
}
