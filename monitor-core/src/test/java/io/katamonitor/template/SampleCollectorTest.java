package io.katamonitor.template;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The modes of the class's table, each reached by a body. */
class SampleCollectorTest {
  private final LearningNode node = new LearningNode();

  private static String lines(String label, int from, int to) {
    var text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append("kata_x{i=\"").append(label).append(i).append("\"} ").append(i).append('\n');
    }
    return text.toString();
  }

  @Test
  void familyWhoseSeriesAreKnownIsMatched() throws Exception {
    var first = node.decode(lines("", 0, 5));
    var second = node.decode(lines("", 0, 5));

    assertThat(second.template(0)).isSameAs(first.template(0));
    assertThat(second.extent(0)).isEqualTo(5);
  }

  @Test
  void familyWithFewerSeriesKeepsTheTemplate() throws Exception {
    var first = node.decode(lines("", 0, 5));
    var second = node.decode(lines("", 0, 3));

    assertThat(second.template(0)).isSameAs(first.template(0));
    assertThat(second.extent(0)).isEqualTo(3);
    assertThat(LearningNode.values(second, 0)).isEqualTo("0\n1\n2\n");
  }

  @Test
  void familyThatContinuesDifferentlyBuildsATemplateForTheNextTime() throws Exception {
    var first = node.decode(lines("", 0, 5));
    var text = lines("", 0, 3) + lines("other", 3, 6);
    var second = node.decode(text);
    var third = node.decode(text);

    assertThat(second.template(0)).isNotSameAs(first.template(0));
    assertThat(second.template(0).lines()).isEqualTo(6);
    assertThat(LearningNode.values(second, 0)).isEqualTo("0\n1\n2\n3\n4\n5\n");
    assertThat(third.template(0)).isSameAs(second.template(0));
  }

  @Test
  void familyOfMoreLinesThanATemplateHoldsHasSeveral() throws Exception {
    var text = lines("", 0, 1100);
    for (int scrape = 0; scrape < 2; scrape++) {
      var body = node.decode(text);
      assertThat(body.segments()).isEqualTo(3);
      assertThat(body.extent(0)).isEqualTo(512);
      assertThat(body.extent(2)).isEqualTo(76);
      assertThat(LearningNode.values(body, 2)).startsWith("1024\n").endsWith("1099\n");
    }
    // Without a TYPE line, the first line of a segment is looked up; the others are compared.
    assertThat(node.parsedLines(text)).isEqualTo(3);
  }

  @Test
  void linesThatMayNotBeLearnedAreKeptWhole() throws Exception {
    var small = new LearningNode(1 << 12);
    var body = small.decode(lines("", 0, 3) + lines("", 0, 500));
    int last = body.segments() - 1;
    var other = small.decode("kata_new{a=\"b\"} 5 7\n");

    assertThat(body.segments()).isEqualTo(last + 1);
    assertThat(other.template(0).isUntemplated()).isTrue();
    assertThat(other.hasTimestamps(0)).isTrue();
    assertThat(LearningNode.values(other, 0)).endsWith("kata_new{a=\"b\",} 5 7\n");
    assertThat(other.extent(0)).isEqualTo(other.end(0) - other.start(0));
  }

  @Test
  void headerTooLongForATemplateIsNotLearned() throws Exception {
    var help = "# HELP kata_x " + "h".repeat(8 * 1024) + "\n";
    var body = node.decode(help + "kata_x 1\n");

    assertThat(body.template(0).isUntemplated()).isTrue();
    assertThat(body.template(0).help()).hasSize(8 * 1024);
    var longer = node.decode(help.replace("# HELP kata_x ", "# HELP kata_y h") + "kata_y 1\n");
    assertThat(longer.template(0).help()).isNull();
  }

  @Test
  void droppedSamplesAreCountedAndNotKept() throws Exception {
    var body = node.decode("node_a 1\nnode_a{b=\"c\"} 2\nkata_x 3\n");

    assertThat(body.counts().samples()).isEqualTo(3);
    assertThat(body.segments()).isEqualTo(1);
    assertThat(LearningNode.values(body, 0)).isEqualTo("3\n");
  }
}
