package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.memory.MemoryAccount;
import org.junit.jupiter.api.Test;

class TemplateHintsTest {
  private final TemplateSet set =
      new TemplateSet(LearningNode.NAMES, new MemoryAccount("templates", 1 << 20));
  private final TemplateHints hints = new TemplateHints();

  private FamilyTemplate template(int number) {
    byte[] name = ("kata_" + number).getBytes(US_ASCII);
    var family = requireNonNull(set.addFamily(name, 0, name.length));
    return new FamilyTemplate(family, FamilyType.GAUGE, null);
  }

  @Test
  void remembersTheTemplateOfEachFamily() {
    hints.begin(set);
    for (int i = 0; i < 300; i++) {
      var template = template(i);
      assertThat(hints.get(template.family())).isNull();
      hints.put(template);
      assertThat(hints.get(template.family())).isSameAs(template);
    }
  }

  @Test
  void remembersFiveHundredAndTwelveFamiliesAndNoMore() {
    hints.begin(set);
    for (int i = 0; i < 513; i++) {
      var template = template(i);
      hints.put(template);
      assertThat(hints.get(template.family())).isSameAs(i < 512 ? template : null);
    }
  }

  @Test
  void keepsHintsFromBodyToBodyOfOneSetOnly() {
    hints.begin(set);
    var template = template(0);
    hints.put(template);
    hints.begin(set);
    assertThat(hints.get(template.family())).isSameAs(template);

    hints.begin(new TemplateSet(LearningNode.NAMES, new MemoryAccount("templates", 1 << 20)));
    assertThat(hints.get(template.family())).isNull();
  }

  @Test
  void findsTheSeriesThatAreUniqueToASandboxWithoutParsing() throws Exception {
    var node = new LearningNode();
    var mine = "# TYPE kata_disk gauge\nkata_disk{mount=\"mine\"} 1\n";
    node.decode(mine).release();
    // Others with the same header come after it, more than are searched.
    for (int i = 0; i < 100; i++) {
      new BodyDecoder(node.cache, node.store, node.buffers, new TemplateHints(), 5000).discard();
      var other = new TemplateHints();
      var decoder = new BodyDecoder(node.cache, node.store, node.buffers, other, 5000);
      LearningNode.feed(decoder, mine.replace("mine", "other" + i));
      decoder.finish().release();
    }

    assertThat(node.parsedLines(mine)).isZero();
  }
}
