package io.katamonitor.selfmetrics;

import io.katamonitor.exposition.FamilyType;
import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.template.OwnBodyBuilder;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * A family of the node with one label and a varying set of series: at each scrape, those for which
 * the supplier has values. Confined to one thread.
 */
final class LabelledSeries implements OwnSource {
  private final String name;
  private final FamilyType type;
  private final String help;
  private final String label;
  private final Supplier<SortedMap<String, Long>> values;
  private List<String> present = List.of();
  private OwnFamily family;

  /**
   * @param values by the value of the label
   */
  LabelledSeries(
      String name,
      FamilyType type,
      String help,
      String label,
      Supplier<SortedMap<String, Long>> values) {
    this.name = name;
    this.type = type;
    this.help = help;
    this.label = label;
    this.values = values;
    this.family = OwnFamily.ofNode(name, type, help);
  }

  @Override
  public void writeTo(OwnBodyBuilder body, OwnSeriesWriter to) throws MemoryExhaustedException {
    Map<String, Long> now = values.get();
    if (!present.equals(List.copyOf(now.keySet()))) {
      present = List.copyOf(now.keySet());
      family = OwnFamily.ofNode(name, type, help);
      for (var value : present) {
        family.add(label, value);
      }
    }
    to.start();
    for (long value : now.values()) {
      to.number(value);
    }
    to.finish(family, body);
  }
}
