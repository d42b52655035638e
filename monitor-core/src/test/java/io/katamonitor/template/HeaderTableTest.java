package io.katamonitor.template;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.exposition.FamilyType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeaderTableTest {
  private final HeaderTable table = new HeaderTable();

  private static FamilyTemplate template(String header) {
    return new FamilyTemplate(
        new Family("kata_x", LearningNode.NAMES, 0),
        FamilyType.GAUGE,
        true,
        null,
        header.getBytes(US_ASCII),
        new TemplateBuilder(null));
  }

  private @Nullable FamilyTemplate get(String line) {
    return table.get(("xx" + line + "\n").getBytes(US_ASCII), 2, 2 + line.length());
  }

  @Test
  void findsATemplateByTheKeywordAndNameOfItsHeader() {
    var template = template("# HELP kata_x A.\n# TYPE kata_x gauge\n");
    table.put(template);

    assertThat(get("# HELP kata_x A.")).isSameAs(template);
    assertThat(get("# HELP kata_x another text")).isSameAs(template);
    assertThat(get("# TYPE kata_x gauge")).isNull();
    assertThat(get("# HELP kata_xy A.")).isNull();
    assertThat(get("# HELP kata_x")).as("the name may go on").isNull();
    assertThat(get("")).isNull();
  }

  @Test
  void findsTheOneThatWasAddedLast() {
    table.put(template("# TYPE kata_x gauge\n"));
    var last = template("# TYPE kata_x gauge\n# HELP kata_x B.\n");
    table.put(last);

    assertThat(get("# TYPE kata_x gauge")).isSameAs(last);
  }

  @Test
  void growsWithTheNumberOfHeaders() {
    var templates = new FamilyTemplate[3000];
    for (int i = 0; i < templates.length; i++) {
      templates[i] = template("# TYPE kata_" + i + " gauge\n");
      table.put(templates[i]);
    }
    for (int i = 0; i < templates.length; i++) {
      assertThat(get("# TYPE kata_" + i + " gauge")).isSameAs(templates[i]);
    }
    assertThat(get("# TYPE kata_3000 gauge")).isNull();
  }
}
