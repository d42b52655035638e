package io.katamonitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.katamonitor.sandbox.Pod;
import io.katamonitor.sandbox.RootStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonPartsTest {
  /** The example of the documentation equals the output for such a node. */
  @Test
  void documentedExampleIsCorrect() throws Exception {
    var node = new NodeFixture().add(NodeFixture.ID, new Pod("uid-1", "web-0", "shop"));
    node.scrape();
    node.time.pass(Duration.ofSeconds(30));
    node.scrape();
    node.time.pass(Duration.ofSeconds(5));
    node.isFailing();

    var json = NodeFixture.text(new JsonParts(node.snapshot(), node.history));

    assertThat(withoutSpace(json)).isEqualTo(withoutSpace(documented()));
  }

  private static String documented() throws Exception {
    var page = Files.readString(Path.of("../docs/json.md"));
    int start = page.indexOf("```json\n") + "```json\n".length();
    return page.substring(start, page.indexOf("```", start));
  }

  /** Names and values of the example hold a blank nowhere but within words. */
  private static String withoutSpace(String json) {
    return json.replaceAll("\\s", "");
  }

  @Test
  void unknownValueIsAbsent() {
    var node = new NodeFixture().add("a1", Pod.UNKNOWN);
    node.last = null;
    node.lastScrape = null;

    var json = NodeFixture.text(new JsonParts(node.snapshot(), null));

    assertThat(json)
        .doesNotContain("null")
        .doesNotContain("\"pod\":")
        .doesNotContain("lastScrape")
        .doesNotContain("cpuCores") // There is one reading only.
        .doesNotContain("istory")
        .doesNotContain("\"reason\"")
        .doesNotContain("\"message\"");
  }

  @Test
  void namesOfPodsAndReasonsAreEscaped() {
    var node = new NodeFixture().add("a1", new Pod("\"", "</script>\n\u001b[2J", "\u202e"));
    node.roots = List.of(new RootStatus(Path.of("/r\""), RootStatus.State.UNREADABLE, "<b>"));

    var json = NodeFixture.text(new JsonParts(node.snapshot(), null));

    assertThat(json)
        .contains("\"name\":\"\\u003c/script\\u003e\\u000a\\u001b[2J\"")
        .contains("{\"path\":\"/r\\\"\",\"state\":\"unreadable\",\"reason\":\"\\u003cb\\u003e\"}");
  }

  @Test
  void emptyNodeHasAnEmptyList() {
    var json = NodeFixture.text(new JsonParts(new NodeFixture().snapshot(), null));

    assertThat(json).endsWith("},\"sandboxes\":[]}\n").contains("\"total\":0");
  }
}
