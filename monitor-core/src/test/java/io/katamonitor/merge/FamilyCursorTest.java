package io.katamonitor.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.encode.MergedNode;
import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SamplePart;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FamilyCursorTest {
  private final MergeFixture fixture = new MergeFixture();

  private static List<String> segments(FamilyCursor cursor) {
    var all = new ArrayList<String>();
    while (cursor.nextSegment()) {
      all.add(cursor.bodyIndex() + ":" + cursor.segment());
    }
    return all;
  }

  @Test
  void goesThroughFamiliesAndTheirSegments() {
    var families = fixture.merge("kata_a 1\nkata_b 2\nkata_a{i=\"2\"} 3\n", "", "kata_a 4\n");
    var cursor = new FamilyCursor(families);

    assertThat(cursor.nextFamily()).isTrue();
    assertThat(cursor.family().name()).isEqualTo("kata_a");
    assertThat(segments(cursor)).containsExactly("0:0", "0:2", "2:0");
    cursor.rewindFamily();
    assertThat(segments(cursor)).containsExactly("0:0", "0:2", "2:0");
    assertThat(cursor.labels()).isSameAs(MergedNode.labels(2));
    assertThat(cursor.nextFamily()).isTrue();
    assertThat(segments(cursor)).containsExactly("0:1");
    assertThat(cursor.nextFamily()).isFalse();
    families.release();
  }

  @Test
  void returnsWhetherTheBodyHasMoreOfTheFamily() {
    var families = fixture.merge("kata_a 1\nkata_b 2\nkata_a{i=\"2\"} 3\n", "kata_a 4\n");
    var cursor = new FamilyCursor(families);
    cursor.nextFamily();
    cursor.nextSegment();
    assertThat(cursor.continuesInNextSegment()).isTrue();
    cursor.nextSegment();
    assertThat(cursor.continuesInNextSegment()).isFalse();
    cursor.nextSegment();
    assertThat(cursor.continuesInNextSegment()).isFalse();
    families.release();
  }

  @Test
  void decidesWhatFitsTheTypeOfTheFamily() {
    var families =
        fixture.merge(
            "# TYPE kata_x histogram\nkata_x_count 1\nkata_x_sum 1\n",
            "# TYPE kata_x gauge\nkata_x 2\n",
            "# TYPE kata_x gauge\nkata_x 3\n");
    var cursor = new FamilyCursor(families);
    cursor.nextFamily();
    assertThat(cursor.family().type()).isEqualTo(FamilyType.GAUGE);
    cursor.nextSegment();
    assertThat(cursor.isOfFamilyType()).isTrue();
    cursor.nextSegment();

    cursor.nextFamily();
    assertThat(cursor.family().name()).isEqualTo("kata_x_count");
    cursor.nextSegment();
    assertThat(cursor.isOfFamilyType()).isFalse();
    assertThat(cursor.fitsFamilyType()).as("untyped families take anything").isTrue();
    assertThat(cursor.has(SamplePart.COUNT)).isTrue();
    assertThat(cursor.has(SamplePart.SUM)).isFalse();
    families.release();
  }
}
