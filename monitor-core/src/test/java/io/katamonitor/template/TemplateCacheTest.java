package io.katamonitor.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class TemplateCacheTest {
  /** What bodies may learn, besides a third of that for what is derived from it. */
  private static final long MAX = 1 << 20;

  private final LearningNode node = new LearningNode(MAX / 3 * 4 + 4);

  private static String unique(int sandbox) {
    var text = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      text.append(LearningNode.gauge("kata_" + sandbox + "_" + i, 100, i));
    }
    return text.toString();
  }

  /**
   * Bodies of different sandboxes fill the memory, in one scrape, until less than a quarter is
   * free.
   *
   * @return how many
   */
  private int fill() throws Exception {
    node.cache.beginScrape();
    int bodies = 0;
    while (MAX - node.templates.usedBytes() >= MAX / 4) {
      node.decodeOfAnother(unique(bodies++)).release();
    }
    return bodies;
  }

  @Test
  void aBodyLearnsAtMostASixteenthOfTheMemory() throws Exception {
    var text = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      text.append("kata_").append(i).append(" 1\n");
    }
    var body = node.decode(text.toString());

    // What is learned last may exceed it.
    assertThat(node.templates.usedBytes()).isBetween(MAX / 16, MAX / 16 + 1000);
    assertThat(body.segments()).isEqualTo(500);
    assertThat(body.template(0).isUntemplated()).isFalse();
    assertThat(body.template(499).isUntemplated()).isTrue();
    body.release();
    assertThat(node.bodies.usedBytes()).isZero();
  }

  @Test
  void aBodyLearnsAtMostAnEighthOfWhatIsFreeUntilHalfIsUsed() throws Exception {
    long used = 0;
    for (int i = 0; MAX - used >= MAX / 2; i++) {
      node.decode(unique(i)).release();
      long learned = node.templates.usedBytes() - used;
      assertThat(learned).isPositive().isLessThan(Math.min(MAX / 16, (MAX - used) / 8) + 5000);
      used = node.templates.usedBytes();
    }
  }

  @Test
  void isResetAtTheStartOfAScrapeIfItIsNearlyFullAndMostlyStale() throws Exception {
    fill();
    var set = node.cache.current();
    node.cache.beginScrape();
    assertThat(node.cache.current()).as("learned by the scrape before").isSameAs(set);
    node.decode(unique(0)).release();
    node.cache.beginScrape();

    assertThat(node.cache.current()).as("hardly used by the scrape before").isNotSameAs(set);
    assertThat(node.templates.usedBytes()).isZero();
  }

  @Test
  void isNotResetWhileHalfIsFree() throws Exception {
    node.cache.beginScrape();
    node.decode(unique(0)).release();
    var set = node.cache.current();
    for (int i = 0; i < 5; i++) {
      node.cache.beginScrape();
    }

    assertThat(node.cache.current()).isSameAs(set);
  }

  @Test
  void isNotResetWithinAScrape() throws Exception {
    node.cache.beginScrape();
    var set = node.cache.current();
    for (int i = 0; i < 200; i++) {
      node.decode(unique(i)).release();
    }

    assertThat(node.cache.current()).isSameAs(set);
  }

  @Test
  void isNotResetIfMostOfItWasUsedByTheScrapeBefore() throws Exception {
    int bodies = fill();
    var set = node.cache.current();
    for (int scrape = 0; scrape < 3; scrape++) {
      node.cache.beginScrape();
      assertThat(node.cache.current()).isSameAs(set);
      for (int i = 0; i < bodies; i++) {
        node.decode(unique(i)).release();
      }
    }
    assertThat(MAX - node.templates.usedBytes()).isLessThan(MAX / 4);
  }

  @Test
  void aSetIsReleasedWhenTheLastBodyIs() throws Exception {
    fill();
    var first = node.decode(unique(0));
    var second = node.decode(unique(1));
    var set = node.cache.current();
    node.cache.reset();
    long used = node.templates.usedBytes();
    assertThat(set.heapBytes()).isEqualTo(used);

    first.release();
    assertThat(node.templates.usedBytes()).isEqualTo(used);
    assertThat(set.isHeldOnce()).isTrue();
    second.release();
    assertThat(set.isHeldOnce()).isFalse();
    assertThat(node.templates.usedBytes()).isZero();
  }

  /**
   * Each scrape starts before the one before has ended, and one guest brings new series each time.
   */
  @Test
  void isReplacedWhereScrapesOverlapWithoutAGap() throws Exception {
    var sets = new HashSet<TemplateSet>();
    long earlier = node.cache.scrapeStarted();
    var held = node.decode(unique(0));
    for (int scrape = 1; scrape < 60; scrape++) {
      long started = node.cache.scrapeStarted();
      sets.add(node.cache.current());
      var body = node.decode(unique(scrape));
      node.cache.scrapeEnded(earlier);
      held.release();
      node.decodeOfAnother(LearningNode.gauge("kata_new_" + scrape, 3, 1)).release();
      var honest = node.decode(LearningNode.gauge("kata_new_" + scrape, 3, 1));
      assertThat(honest.template(0).isUntemplated()).as("scrape %d", scrape).isFalse();
      honest.release();
      earlier = started;
      held = body;
    }
    assertThat(sets).hasSizeGreaterThan(2);
    held.release();
    assertThat(node.templates.usedBytes()).isEqualTo(node.cache.current().heapBytes());
  }

  @Test
  void scrapeThatHasNotEndedSaysNothingOfWhatIsUsed() throws Exception {
    node.cache.scrapeStarted();
    var held = node.decode(unique(0));
    while (MAX - node.templates.usedBytes() >= MAX / 2) {
      node.decode(unique((int) node.templates.usedBytes())).release();
    }
    var set = node.cache.current();
    node.cache.scrapeStarted();
    node.cache.scrapeStarted();
    assertThat(node.cache.current()).isSameAs(set);
    held.release();
  }

  @Test
  void thereAreTwoSetsAtMost() throws Exception {
    var first = node.cache.current();
    var held = node.decode(unique(0));
    while (MAX - node.templates.usedBytes() >= MAX / 2) {
      node.decode(unique((int) node.templates.usedBytes())).release();
    }
    node.cache.beginScrape();
    node.cache.beginScrape();
    var second = node.cache.current();
    assertThat(second).isNotSameAs(first);
    var heldToo = node.decode(unique(1));
    for (int i = 0; i < 5; i++) {
      node.cache.beginScrape();
      assertThat(node.cache.current()).isSameAs(second);
    }
    held.release();
    heldToo.release();
    assertThat(first.isReleased()).isTrue();
    assertThat(node.templates.usedBytes()).isEqualTo(second.heapBytes());
  }

  @Test
  void whatIsDerivedFromATemplateIsReleasedWithItsSet() throws Exception {
    var held = node.decode("kata_a 1\n");
    node.cache.reset();
    assertThat(node.cache.attach(held.template(0), () -> 1000)).isTrue();
    assertThat(node.cache.current().heapBytes()).isZero();
    held.release();
    assertThat(node.templates.usedBytes()).isZero();
  }

  @Test
  void isNotResetWhileABodyHoldsTheSetAndTooLittleIsFree() throws Exception {
    fill();
    for (int i = 1000; MAX - node.templates.usedBytes() >= MAX / 8; i++) {
      node.decodeOfAnother(unique(i)).release();
    }
    var held = node.decode(unique(0));
    var set = node.cache.current();
    for (int i = 0; i < 3; i++) {
      // A new set would have too little memory.
      node.cache.beginScrape();
      assertThat(node.cache.current()).isSameAs(set);
    }
    held.release();
    node.cache.beginScrape();
    assertThat(node.cache.current()).isNotSameAs(set);
  }

  @Test
  void attachesToSharedAndOwnTemplatesOnly() throws Exception {
    DerivedTemplate derived = () -> 1000;
    var body = node.decode("kata_a 1\n");
    long before = node.templates.usedBytes();
    assertThat(node.cache.attach(body.template(0), derived)).isTrue();
    assertThat(body.template(0).derived()).isSameAs(derived);
    assertThat(node.templates.usedBytes() - before).isEqualTo(1000);
    assertThat(node.cache.attach(body.template(0), () -> 1 << 30)).isFalse();

    var untemplated =
        new FamilyTemplate(
            body.template(0).family(), io.katamonitor.exposition.FamilyType.GAUGE, null);
    assertThat(node.cache.attach(untemplated, derived)).isFalse();
    body.release();
  }
}
