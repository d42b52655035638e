package io.katamonitor.selfmetrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.exposition.SamplePart;
import io.katamonitor.template.FamilyTemplate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the monitor's own families: its name, type and series. Values are written by an {@link
 * OwnSeriesWriter} at each scrape, in the order in which the series were added. Confined to one
 * thread.
 */
final class OwnFamily {
  private final String name;
  private final FamilyType type;
  private final String help;
  private final boolean isOfSandbox;
  private final List<byte[]> prefixes = new ArrayList<>(1);
  private final List<byte[]> suffixes = new ArrayList<>(1);
  private @Nullable FamilyTemplate template;

  private OwnFamily(String name, FamilyType type, String help, boolean isOfSandbox) {
    this.name = name;
    this.type = type;
    this.help = help;
    this.isOfSandbox = isOfSandbox;
  }

  /**
   * A family of the node, without series yet.
   *
   * @param help ASCII without backslashes and line feeds
   */
  static OwnFamily ofNode(String name, FamilyType type, String help) {
    return new OwnFamily(name, type, help, false);
  }

  /** A family whose series get the labels of a sandbox, without series yet. */
  static OwnFamily ofSandbox(String name, FamilyType type, String help) {
    return new OwnFamily(name, type, help, true);
  }

  /** A family of the node with one series without labels. */
  static OwnFamily single(String name, FamilyType type, String help) {
    return ofNode(name, type, help).add();
  }

  String name() {
    return name;
  }

  int series() {
    return prefixes.size();
  }

  /**
   * Adds a series.
   *
   * @param labels name, value, name, value ...
   */
  OwnFamily add(String... labels) {
    return addPart(SamplePart.PLAIN, "", labels);
  }

  /**
   * Adds a series of a histogram or summary.
   *
   * @param bound the upper bound of a bucket; empty otherwise
   */
  OwnFamily addPart(SamplePart part, String bound, String... labels) {
    var prefix = new StringBuilder(name).append(part.suffix());
    boolean hasBraces = isOfSandbox || labels.length > 0 || !bound.isEmpty();
    prefix.append(hasBraces ? "{" : "");
    for (int i = 0; i < labels.length; i += 2) {
      prefix.append(i == 0 ? "" : ",").append(labels[i]).append("=\"");
      prefix.append(escaped(labels[i + 1])).append('"');
    }
    boolean needsComma = isOfSandbox && labels.length > 0;
    prefix.append(needsComma ? "," : "");
    var suffix = new StringBuilder();
    if (!bound.isEmpty()) {
      suffix.append(isOfSandbox || labels.length > 0 ? "," : "");
      suffix.append("le=\"").append(bound).append('"');
    }
    suffix.append(hasBraces ? "} " : " ");
    prefixes.add(prefix.toString().getBytes(UTF_8));
    suffixes.add(suffix.toString().getBytes(UTF_8));
    template = null;
    return this;
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  /** The template of the series added so far. */
  FamilyTemplate template() {
    if (template == null) {
      template = FamilyTemplate.own(name, type, help, prefixes, suffixes);
    }
    return template;
  }
}
