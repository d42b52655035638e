package io.katamonitor.encode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.katamonitor.exposition.MalformedExpositionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * No bytes from any shim may make the node's response unparsable, or lose another sandbox's
 * samples. The name of each file of the corpus is the rule that it violates, or its peculiarity.
 */
class HostileBodiesTest {
  private static final Path CORPUS = Path.of("src/test/resources/exposition/corpus");

  /** Body of a healthy sandbox. */
  static final byte[] WELL = wellBody();

  @Test
  void everyMalformedBodyIsRejected() {
    corpus("refused")
        .forEach((name, body) -> {
          for (int cut : new int[] {0, body.length / 2, body.length}) {
            var node = new MergedNode();
            var decoder = node.decoder();
            assertThatThrownBy(
                    () -> {
                      MergedNode.feed(decoder, body, 0, cut);
                      MergedNode.feed(decoder, body, cut, body.length);
                      decoder.finish();
                    })
                .as(name)
                .isInstanceOf(MalformedExpositionException.class);
            decoder.discard();
            assertThat(node.store().bytesInUse()).as(name).isZero();
          }
        });
  }

  @Test
  void everyWellFormedBodyGivesTheResultOfTheReference() {
    corpus("accepted")
        .forEach((name, body) -> {
          var node = new MergedNode();
          for (int scrape = 0; scrape < 2; scrape++) {
            var decoded = node.decode(body, body.length / 3);
            assertThat(decoded).as(name).isNotNull();
            assertThat(new String(node.respond(List.of(decoded)), ISO_8859_1))
                .as(name)
                .isEqualTo(ReferenceNode.text(labels(1), List.of(body)));
          }
        });
  }

  @Test
  void hostileBodyDoesNotAffectOtherSandboxes() {
    for (var folder : List.of("refused", "accepted")) {
      corpus(folder).forEach((name, body) -> withValidBodies(new MergedNode(), name, body));
    }
    // Then all of them on one node, which learns from each.
    var node = new MergedNode();
    corpus("accepted").forEach((name, body) -> withValidBodies(node, name, body));
  }

  /**
   * The response of a node with each of these bodies between two healthy sandboxes: it parses, and
   * contains the healthy samples byte for byte.
   */
  static Promtool.Response withValidBodies(MergedNode node, String name, byte[]... hostile) {
    var bodies = withValidBodies(List.of(hostile));
    byte[] response = node.scrape(bodies, new SplittableRandom(Arrays.deepHashCode(hostile)));
    var text = new String(response, ISO_8859_1);
    var lines = ReferenceNode.lines(text);
    WELL_LINES
        .get(hostile.length)
        .forEach((line, times) -> assertThat(lines).as(name).containsEntry(line, times));
    assertThat(text).as(name).isEqualTo(ReferenceNode.text(labels(bodies.size()), bodies));
    assertThatCode(() -> ReferenceBody.read(response)).as(name).doesNotThrowAnyException();
    return new Promtool.Response(name, text);
  }

  /** The bodies of such a node. */
  static List<byte[]> withValidBodies(List<byte[]> hostile) {
    var bodies = new ArrayList<byte[]>();
    bodies.add(WELL);
    for (byte[] body : hostile) {
      bodies.add(body);
      bodies.add(WELL);
    }
    return bodies;
  }

  /**
   * By the number of hostile sandboxes: the samples of the healthy ones in a response without any
   * others.
   */
  private static final List<Map<String, Integer>> WELL_LINES =
      List.of(wellLines(), wellLines(new byte[0]), wellLines(new byte[0], new byte[0]));

  private static Map<String, Integer> wellLines(byte[]... nothing) {
    var node = new MergedNode();
    var response = node.scrape(withValidBodies(List.of(nothing)), new SplittableRandom(1));
    var lines = ReferenceNode.lines(new String(response, ISO_8859_1));
    lines.keySet().removeIf(line -> line.startsWith("#"));
    return lines;
  }

  static List<String> labels(int count) {
    var labels = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      labels.add(MergedNode.labelText(i));
    }
    return labels;
  }

  private static byte[] wellBody() {
    var text = new StringBuilder("# HELP go_goroutines Number of goroutines.\n");
    text.append("# TYPE go_goroutines gauge\ngo_goroutines 8\n");
    text.append("# HELP kata_well_total All is well.\n# TYPE kata_well_total counter\n");
    for (int i = 0; i < 5; i++) {
      text.append("kata_well_total{item=\"").append(i).append("\"} ").append(i * 1000).append('\n');
    }
    text.append(
        "# HELP kata_well_level Well.\n# TYPE kata_well_level gauge\nkata_well_level -0.5\n");
    text.append("# HELP kata_well_seconds Well.\n# TYPE kata_well_seconds histogram\n");
    for (var bound : List.of("0.1", "1", "+Inf")) {
      text.append("kata_well_seconds_bucket{le=\"").append(bound).append("\"} 7\n");
    }
    text.append("kata_well_seconds_sum 0.7\nkata_well_seconds_count 7\n");
    text.append("# HELP kata_well_quantiles Well.\n# TYPE kata_well_quantiles summary\n");
    text.append("kata_well_quantiles{quantile=\"0.5\"} NaN\nkata_well_quantiles_sum 0\n");
    text.append("kata_well_quantiles_count 0\n");
    return text.toString().getBytes(ISO_8859_1);
  }

  static Map<String, byte[]> corpus(String folder) {
    var files = new TreeMap<String, byte[]>();
    try (var list = Files.list(CORPUS.resolve(folder))) {
      for (var file : (Iterable<Path>) list::iterator) {
        files.put(folder + "/" + file.getFileName(), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }
}
