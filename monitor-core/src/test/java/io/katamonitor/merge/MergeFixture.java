package io.katamonitor.merge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.katamonitor.encode.MergedNode;
import io.katamonitor.template.DecodedBody;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Bodies given as text, and the merge of them. */
final class MergeFixture {
  final MergedNode node = new MergedNode();

  /** The merge of bodies that only it holds. */
  MergedFamilies merge(String... bodies) {
    var decoded = new ArrayList<@Nullable DecodedBody>();
    for (int i = 0; i < bodies.length; i++) {
      decoded.addAll(node.decodeInterleaved(List.of(bytes(bodies[i])), new SplittableRandom(1)));
    }
    return node.merge(decoded);
  }

  /**
   * The text of a response, in which the labels of the sandbox with index 0 are written as {@code
   * L0}; all formats are compared.
   */
  String text(String... bodies) {
    var all = new ArrayList<byte[]>();
    for (var body : bodies) {
      all.add(bytes(body));
    }
    var text = new String(node.scrape(all, new SplittableRandom(1)), ISO_8859_1);
    for (int i = 0; i < bodies.length; i++) {
      text = text.replace(MergedNode.labelText(i), "L" + i);
    }
    return text;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
