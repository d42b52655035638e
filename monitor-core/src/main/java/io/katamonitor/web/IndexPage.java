package io.katamonitor.web;

import java.util.ArrayList;
import java.util.List;

/** The list of endpoints, as the Go daemon shows it. */
public final class IndexPage {
  /**
   * A line of the index.
   *
   * @param query the query to be added to the path; empty for none
   */
  private record Entry(String path, String query, String meaning) {}

  private final List<Entry> entries = new ArrayList<>();

  /**
   * @param debugEndpoints whether {@code /debug/*} is served
   */
  public IndexPage(boolean debugEndpoints) {
    add("/metrics", "", "Get metrics from sandboxes.");
    add("/metrics", "?sandbox=ID", "Get one sandbox's metrics, as its shim sends them.");
    add("/metrics", "?sandbox=ID&labels=true", "The same with the labels of the sandbox.");
    add("/metrics", "?filter_family=A,B", "Only families whose names begin so.");
    add("/sandboxes", "", "List all Kata Containers sandboxes.");
    add("/sd", "", "The sandboxes as targets of Prometheus's HTTP service discovery.");
    add("/agent-url", "?sandbox=ID", "Get sandbox agent URL.");
    if (debugEndpoints) {
      add("/debug/vars", "?sandbox=ID", "Go's expvar of the shim.");
      add("/debug/pprof/", "?sandbox=ID", "Go's profiles of the shim: the index.");
      add("/debug/pprof/cmdline", "?sandbox=ID", "Go's pprof: the shim's command line.");
      add("/debug/pprof/profile", "?sandbox=ID&seconds=N", "Go's pprof: CPU profile.");
      add("/debug/pprof/symbol", "?sandbox=ID", "Go's pprof: symbols by address.");
      add("/debug/pprof/trace", "?sandbox=ID&seconds=N", "Go's pprof: execution trace.");
    }
    add("/healthz", "", "200 while this process serves; /livez too.");
    add("/readyz", "", "200 once scrapes give results; ?verbose names the checks.");
  }

  private void add(String path, String query, String meaning) {
    entries.add(new Entry(path, query, meaning));
  }

  /** The index as text; browsers get the page instead. */
  public Page text() {
    int width = 0;
    for (var entry : entries) {
      width = Math.max(width, entry.path.length() + entry.query.length());
    }
    var text = new StringBuilder("Available HTTP endpoints:\n");
    for (var entry : entries) {
      int length = entry.path.length() + entry.query.length();
      text.append(entry.path).append(entry.query).repeat(' ', width + 3 - length);
      text.append(": ").append(entry.meaning).append('\n');
    }
    return Page.text(text.toString());
  }
}
