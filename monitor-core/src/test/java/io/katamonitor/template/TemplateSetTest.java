package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SampleLine;
import io.katamonitor.memory.MemoryAccount;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TemplateSetTest {
  private final MemoryAccount account = new MemoryAccount("templates", 100_000);
  private final TemplateSet set = new TemplateSet(LearningNode.NAMES, account);

  private Family family(String name) {
    var added = requireNonNull(set.addFamily(name.getBytes(US_ASCII), 0, name.length()));
    return added;
  }

  private @Nullable Family known(String name) {
    return set.family(name.getBytes(US_ASCII), 0, name.length());
  }

  private static FamilyTemplate template(Family family, String... series) throws Exception {
    var builder = new TemplateBuilder(new SeriesWriter(LearningNode.NAMES));
    for (var text : series) {
      var line = new SampleLine();
      line.parse((text + "1").getBytes(US_ASCII), 0, text.length() + 1);
      builder.add(line, 0, family);
    }
    return new FamilyTemplate(family, FamilyType.UNTYPED, false, null, new byte[0], builder);
  }

  private @Nullable FamilyTemplate startingWith(Family family, String series) {
    return set.startingWith(
        family, new SegmentHeader(), series.getBytes(US_ASCII), 0, series.length());
  }

  @Test
  void numbersTheFamiliesThatItLearns() {
    assertThat(known("kata_a")).isNull();
    var a = family("kata_a");
    var b = family("kata_b");

    assertThat(known("kata_a")).isSameAs(a);
    assertThat(a.ordinal()).isZero();
    assertThat(b.ordinal()).isEqualTo(1);
    assertThat(set.families()).isEqualTo(2);
  }

  @Test
  void relatesNamesThatDifferByTheSuffixOfAPart() {
    var count = family("kata_x_count");
    var x = family("kata_x");
    var sum = family("kata_x_sum");
    var other = family("kata_x_total");

    assertThat(set.related(x)).containsExactly(count, sum);
    assertThat(set.related(count)).containsExactly(x);
    assertThat(set.related(sum)).containsExactly(x);
    assertThat(set.related(other)).isEmpty();
  }

  @Test
  void findsTheTemplateThatStartsWithASeries() throws Exception {
    var family = family("kata_a");
    var one = template(family, "kata_a{i=\"1\"} ", "kata_a{i=\"2\"} ");
    var other = template(family, "kata_a{i=\"2\"} ");
    assertThat(set.add(one)).isTrue();
    assertThat(set.add(other)).isTrue();

    assertThat(startingWith(family, "kata_a{i=\"1\"} ")).isSameAs(one);
    assertThat(startingWith(family, "kata_a{i=\"2\"} ")).isSameAs(other);
    assertThat(startingWith(family, "kata_a{i=\"3\"} ")).isNull();
  }

  @Test
  void findsTheTemplateThatContinuesOtherwise() throws Exception {
    var family = family("kata_a");
    var one = template(family, "kata_a{i=\"1\"} ", "kata_a{i=\"2\"} ");
    var other = template(family, "kata_a{i=\"1\"} ", "kata_a{i=\"3\"} ");
    set.add(one);
    set.add(other);
    byte[] third = "kata_a{i=\"3\"} ".getBytes(US_ASCII);

    assertThat(set.continuing(one, 1, third, 0, third.length)).isSameAs(other);
    assertThat(set.continuing(one, 2, third, 0, third.length)).isNull();
  }

  @Test
  void searchesThirtyTwoTemplatesOfAFamily() throws Exception {
    var family = family("kata_a");
    for (int i = 0; i < 33; i++) {
      set.add(template(family, "kata_a{i=\"" + i + "\"} "));
    }

    assertThat(startingWith(family, "kata_a{i=\"0\"} ")).isNull();
    assertThat(startingWith(family, "kata_a{i=\"1\"} ")).isNotNull();
    assertThat(startingWith(family, "kata_a{i=\"32\"} ")).isNotNull();
  }

  @Test
  void learnsNothingWithoutMemory() throws Exception {
    var tight = new TemplateSet(LearningNode.NAMES, new MemoryAccount("templates", 700));
    byte[] name = "kata_a".getBytes(US_ASCII);
    var family = requireNonNull(tight.addFamily(name, 0, name.length));
    assertThat(tight.addFamily("kata_b".getBytes(US_ASCII), 0, 6)).isNull();
    assertThat(tight.add(template(family, "kata_a{i=\"1\"} "))).isFalse();
  }

  @Test
  void releasesAllMemoryWithTheLastHolder() throws Exception {
    set.add(template(family("kata_a"), "kata_a "));
    assertThat(account.usedBytes()).isEqualTo(set.heapBytes()).isPositive();
    set.retain();
    set.release();
    assertThat(account.usedBytes()).isPositive();
    set.release();

    assertThat(account.usedBytes()).isZero();
    assertThatThrownBy(set::release).isInstanceOf(AssertionError.class);
  }
}
