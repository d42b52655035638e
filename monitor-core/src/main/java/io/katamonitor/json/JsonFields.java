package io.katamonitor.json;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of paths, such as {@code hypervisor.hypervisor_type}, whose values are picked out of a JSON
 * document. Immutable; {@link #pick} may be called from any thread.
 *
 * <p>The whole document has to be one JSON object, so that a half-written file is rejected. A
 * document with the same path twice is malformed: parsers disagree on which value counts. Memory is
 * bounded by the values picked, of each of which the first 8 KiB are kept: everything else is
 * validated and skipped, no tree is built (1 MiB of empty arrays would be 350,000 objects).
 *
 * <p>The elements of an array are picked one by one ({@link #withArray}), so that a list of any
 * length takes the memory of one element.
 *
 * <p>No library: six fields of two files do not justify one that has to be loaded before the port
 * opens, and the memory of one that builds trees would have to be limited too.
 */
public final class JsonFields {
  /** Receives what was picked of an array's element, in the order of the document. */
  @FunctionalInterface
  public interface ElementConsumer {
    /**
     * Called for each element.
     *
     * @param array the path that was given to {@link #withArray}
     * @param values in the order of the element's fields; null for those that the element lacks
     */
    void accept(String array, @Nullable JsonValue[] values);
  }

  /** Levels of nesting; Kata's own files have 8. The parser recurses. */
  static final int MAX_DEPTH = 64;

  /** One name of the paths; a leaf has an index. */
  static final class Node {
    final String name;
    final List<Node> children = new ArrayList<>();

    /** Position among all nodes, to find a name that is given twice. */
    final int number;

    /** Position of the path among those requested, or -1. */
    int path = -1;

    /** The fields to pick of each element of the array at this node, and the path of the array. */
    @Nullable JsonFields elements;

    String arrayPath = "";

    Node(String name, int number) {
      this.name = name;
      this.number = number;
    }

    @Nullable Node child(String wanted) {
      for (int i = 0; i < children.size(); i++) {
        if (children.get(i).name.equals(wanted)) {
          return children.get(i);
        }
      }
      return null;
    }
  }

  final Node root = new Node("", 0);
  private final int paths;
  private int nodes = 1;

  private JsonFields(String... paths) {
    this.paths = paths.length;
    for (int i = 0; i < paths.length; i++) {
      node(paths[i]).path = i;
    }
  }

  /** Fields by paths of names with dots between them. */
  public static JsonFields of(String... paths) {
    return new JsonFields(paths);
  }

  /**
   * Also picks fields of each element of an array of objects. Part of the construction: called
   * before the first {@link #pick}.
   */
  public JsonFields withArray(String path, JsonFields elements) {
    var node = node(path);
    node.elements = elements;
    node.arrayPath = path;
    return this;
  }

  private Node node(String path) {
    var node = root;
    int start = 0;
    while (start <= path.length()) {
      int dot = path.indexOf('.', start);
      int end = dot < 0 ? path.length() : dot;
      var name = path.substring(start, end);
      var child = node.child(name);
      if (child == null) {
        child = new Node(name, nodes++);
        node.children.add(child);
      }
      node = child;
      start = end + 1;
    }
    return node;
  }

  @Nullable JsonValue[] newValues() {
    return new @Nullable JsonValue[paths];
  }

  BitSet newSeen() {
    return new BitSet(nodes);
  }

  /**
   * Picks the values of the paths, in the order of {@link #of}; null for those that the document
   * lacks.
   *
   * @param json UTF-8; its first {@code length} bytes are the document
   */
  public @Nullable JsonValue[] pick(byte[] json, int length) throws MalformedJsonException {
    return pick(json, length, (array, values) -> {});
  }

  /**
   * Picks the values of the paths, and those of the arrays' elements.
   *
   * @param consumer gets each element when it has been read; the rest of the document is validated
   *     later
   */
  public @Nullable JsonValue[] pick(byte[] json, int length, ElementConsumer consumer)
      throws MalformedJsonException {
    return new JsonParser(json, length, consumer).document(this);
  }
}
