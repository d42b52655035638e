package io.katamonitor.selfmetrics;

import static io.katamonitor.exposition.FamilyType.COUNTER;

import io.katamonitor.memory.MemoryExhaustedException;
import io.katamonitor.template.OwnBodyBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** HTTP requests by handler and status code. Confined to one thread. */
final class HttpRequestSeries implements OwnSource {
  private final SortedMap<String, SortedMap<Integer, long[]>> counts = new TreeMap<>();
  private OwnFamily family = emptyFamily();
  private final List<long[]> inOrder = new ArrayList<>();
  private boolean isComplete = true;

  private static OwnFamily emptyFamily() {
    return OwnFamily.ofNode(
        "kata_monitor_http_requests_total", COUNTER, "HTTP requests by handler and status code.");
  }

  /**
   * Counts a request.
   *
   * @param handler one of a few fixed names, never text of a client
   */
  void count(String handler, int code) {
    var codes = counts.computeIfAbsent(handler, unseen -> new TreeMap<>());
    var count = codes.get(code);
    if (count == null) {
      count = new long[1];
      codes.put(code, count);
      isComplete = false;
    }
    count[0]++;
  }

  @Override
  public void writeTo(OwnBodyBuilder body, OwnSeriesWriter values) throws MemoryExhaustedException {
    if (!isComplete) {
      collectSeries();
    }
    values.start();
    for (var count : inOrder) {
      values.number(count[0]);
    }
    values.finish(family, body);
  }

  private void collectSeries() {
    family = emptyFamily();
    inOrder.clear();
    for (var handler : counts.entrySet()) {
      for (var code : handler.getValue().entrySet()) {
        family.add("handler", handler.getKey(), "code", String.valueOf(code.getKey()));
        inOrder.add(code.getValue());
      }
    }
    isComplete = true;
  }
}
