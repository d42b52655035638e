package io.katamonitor.web;

import io.katamonitor.sandbox.RootStatus;
import io.katamonitor.scrape.SandboxState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * The page: a node summary and a table of the sandboxes, complete without a script. The script
 * renders the same elements from JSON: a change here needs the same change in {@code page.js}.
 */
final class PageParts implements DocumentParts {
  /** Length to which container runtimes shorten an id. */
  private static final int SHORT_ID = 12;

  private static final String ICON =
      "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
          + "%3Crect width='16' height='16' rx='4' fill='%23d9480f'/%3E"
          + "%3Cpath d='M2 9h3l2-5 2.5 8 1.5-3h3' fill='none' stroke='%23fff'"
          + " stroke-width='1.6'/%3E%3C/svg%3E";

  private static final String MARK =
      "<svg class=\"mark\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">"
          + "<rect width=\"16\" height=\"16\" rx=\"4\"/><path d=\"M2 9h3l2-5 2.5 8 1.5-3h3\"/></svg>";

  private final NodeSnapshot node;
  private final boolean debugEndpoints;
  private final List<SandboxSnapshot> ordered;
  private int next = -1;

  /**
   * @param debugEndpoints whether {@code /debug/*} is served, and so linked
   */
  PageParts(NodeSnapshot node, boolean debugEndpoints) {
    this.node = node;
    this.debugEndpoints = debugEndpoints;
    ordered = new ArrayList<>(node.sandboxes());
    ordered.sort(PageParts::compare);
  }

  /**
   * Order of the table: sandboxes in trouble first. Written out, because no AOT cache holds the
   * classes that {@code Comparator}'s methods create.
   */
  private static int compare(SandboxSnapshot a, SandboxSnapshot b) {
    int order = Integer.compare(a.urgency(), b.urgency());
    if (order == 0) {
      order = a.sandbox().pod().namespace().compareTo(b.sandbox().pod().namespace());
    }
    if (order == 0) {
      order = a.sandbox().pod().name().compareTo(b.sandbox().pod().name());
    }
    return order == 0 ? a.sandbox().id().compareTo(b.sandbox().id()) : order;
  }

  @Override
  public boolean writeNext(StringBuilder out) {
    var html = new Html(out);
    if (next < 0) {
      head(html);
      summary(html);
      tableHead(html);
    } else if (next < ordered.size()) {
      row(html, ordered.get(next));
    } else {
      end(html);
      return false;
    }
    next++;
    return true;
  }

  private void head(Html html) {
    html.markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .markup("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n")
        .markup("<title>kata-monitor</title>\n<link rel=\"icon\" href=\"")
        .markup(ICON)
        .markup("\">\n<style>")
        .markup(PageResources.STYLE)
        .markup("</style>\n</head>\n<body")
        .markup(debugEndpoints ? " data-debug" : "")
        .markup(">\n<a class=\"skip\" href=\"#table\">Skip to the sandboxes</a>\n<header>\n<h1>")
        .markup(MARK)
        .markup("kata-monitor</h1>\n<span id=\"version\">")
        .text(node.build().version())
        .markup("</span>\n<nav aria-label=\"Endpoints\"><a href=\"metrics\">Metrics</a>")
        .markup("<a href=\"sandboxes\">List</a><a href=\"sd\">Discovery</a>")
        .markup("<a href=\"readyz?verbose\">Checks</a></nav>\n<p id=\"updated\">As of ");
    time(html, node.time(), clock(node.time()));
    html.markup("</p>\n</header>\n<main>\n");
  }

  private void summary(Html html) {
    html.markup("<div id=\"banner\" role=\"alert\">");
    for (var problem : problems(node)) {
      html.markup("<p>").text(problem).markup("</p>");
    }
    html.markup("</div>\n<dl id=\"tiles\">");
    tile(html, "Sandboxes", Integer.toString(node.sandboxes().size()), "", "");
    long failing =
        node.count(SandboxState.FAILING)
            + node.count(SandboxState.STUCK)
            + node.count(SandboxState.BACKOFF);
    tile(html, "In trouble", Long.toString(failing), "", failing > 0 ? "bad" : "");
    tile(html, "Starting", Long.toString(node.count(SandboxState.STARTING)), "", "");
    tile(
        html,
        "CPU of all pods",
        node.cpuCores().isPresent() ? Quantity.cores(node.cpuCores().getAsDouble()) : "–",
        node.cpuCores().isPresent() ? "cores" : "",
        "");
    tile(
        html,
        "Memory of all pods",
        node.memoryBytes().isPresent() ? Quantity.bytes(node.memoryBytes().getAsLong()) : "–",
        "",
        "");
    tile(
        html,
        "Runtime",
        node.runtimeReachable() ? "reachable" : "lost",
        "",
        node.runtimeReachable() ? "" : "bad");
    var last = node.lastScrape();
    tile(
        html,
        "Last scrape",
        last == null ? "none yet" : Quantity.age(node.secondsSince(last)) + " ago",
        "",
        last != null && node.isOld(last) ? "old" : "");
    html.markup("</dl>\n<div id=\"tools\"></div>\n");
  }

  /** Text of the banner; the script has the same sentences. */
  static List<String> problems(NodeSnapshot node) {
    var problems = new ArrayList<String>();
    if (!node.runtimeReachable()) {
      problems.add(
          "The container runtime does not respond at "
              + node.runtimeEndpoint()
              + ": pods of new sandboxes are unknown.");
    }
    for (var root : node.roots()) {
      if (root.state() == RootStatus.State.UNREADABLE) {
        problems.add("The storage root " + root.root() + " cannot be read: " + root.reason() + ".");
      } else if (root.state() == RootStatus.State.DELETED) {
        problems.add("The storage root " + root.root() + " is lost: " + root.reason() + ".");
      }
    }
    return problems;
  }

  private static void tile(Html html, String name, String value, String unit, String tone) {
    html.markup("<div").markup(tone.isEmpty() ? "" : " class=\"" + tone + "\"");
    html.markup("><dt>").text(name).markup("</dt><dd>").text(value);
    html.markup(unit.isEmpty() ? "" : " <small>" + unit + "</small>").markup("</dd></div>");
  }

  private void tableHead(Html html) {
    html.markup("<table id=\"table\" tabindex=\"-1\">\n<caption>Kata sandboxes on this node")
        .markup("</caption>\n<thead><tr><th scope=\"col\">State</th><th scope=\"col\">Pod</th>")
        .markup("<th scope=\"col\">Runtime</th><th scope=\"col\">Age</th>")
        .markup("<th scope=\"col\">CPU</th><th scope=\"col\">Memory</th>")
        .markup("<th scope=\"col\">Overhead</th><th scope=\"col\">Last scrape</th>")
        .markup("<th scope=\"col\">Duration</th><th scope=\"col\">Samples</th>")
        .markup("<th scope=\"col\">Look at</th></tr></thead>\n");
    if (ordered.isEmpty()) {
      html.markup("<tbody class=\"none\"><tr><td colspan=\"11\">")
          .markup("No Kata sandbox runs on this node.</td></tr></tbody>\n");
    }
  }

  private void row(Html html, SandboxSnapshot shown) {
    var sandbox = shown.sandbox();
    var state = shown.status().state();
    html.markup("<tbody class=\"")
        .markup(state.label())
        .markup("\"><tr><td><span class=\"state\">");
    html.markup(label(state)).markup("</span></td><th scope=\"row\">");
    name(html, shown);
    html.markup("</th><td>").markup(sandbox.runtime().label());
    if (sandbox.hypervisor() != null) {
      html.markup("<small>").isolated(sandbox.hypervisor()).markup("</small>");
    }
    html.markup("</td><td>");
    if (sandbox.creation() != null) {
      time(html, sandbox.creation(), Quantity.age(node.secondsSince(sandbox.creation())));
    }
    html.markup("</td><td>");
    if (shown.cpuCores().isPresent()) {
      html.text(Quantity.cores(shown.cpuCores().getAsDouble()));
    }
    html.markup("</td><td>");
    memory(html, shown);
    html.markup("</td><td>");
    if (shown.memoryOverheadBytes().isPresent()) {
      html.text(Quantity.bytes(shown.memoryOverheadBytes().getAsLong()));
    }
    html.markup("</td>");
    lastScrape(html, shown);
    html.markup("<td class=\"links\">");
    links(html, sandbox.id().value(), state);
    html.markup("</td></tr>");
    why(html, shown);
    html.markup("</tbody>\n");
  }

  private static void name(Html html, SandboxSnapshot shown) {
    var pod = shown.sandbox().pod();
    if (pod.isKnown()) {
      html.isolated(pod.name()).markup("<small>").isolated(pod.namespace());
    } else {
      html.markup("<i>pod unknown</i><small>");
    }
    var id = shown.sandbox().id().value();
    html.markup(" <code title=\"").text(id).markup("\">");
    html.text(id.substring(0, Math.min(id.length(), SHORT_ID))).markup("</code></small>");
  }

  private static void memory(Html html, SandboxSnapshot shown) {
    if (shown.memoryBytes().isPresent()) {
      html.text(Quantity.bytes(shown.memoryBytes().getAsLong()));
    }
    if (shown.memoryLimitBytes().isPresent()) {
      html.markup("<small>of ").text(Quantity.bytes(shown.memoryLimitBytes().getAsLong()));
      html.markup("</small>");
    }
  }

  private void lastScrape(Html html, SandboxSnapshot shown) {
    var last = shown.last();
    if (last == null) {
      html.markup("<td>none yet</td><td></td><td></td>");
      return;
    }
    html.markup(node.isOld(last.time()) ? "<td class=\"old\">" : "<td>");
    time(html, last.time(), Quantity.age(node.secondsSince(last.time())) + " ago");
    html.markup("</td><td>")
        .text(Quantity.duration(last.durationNanos() / 1e9))
        .markup("</td><td>");
    if (last.failure() == null) {
      html.text(Long.toString(last.samples()));
    }
    html.markup("</td>");
  }

  /** An id needs no escaping in a query. */
  private void links(Html html, String id, SandboxState state) {
    if (state != SandboxState.NOT_SCRAPED) {
      link(html, "metrics?labels=true&sandbox=", id, "metrics");
      link(html, "metrics?sandbox=", id, "raw");
    } else {
      link(html, "metrics?labels=true&sandbox=", id, "metrics");
    }
    if (debugEndpoints) {
      link(html, "debug/pprof/?sandbox=", id, "profile");
    }
    link(html, "agent-url?sandbox=", id, "agent");
  }

  private static void link(Html html, String path, String id, String name) {
    html.markup("<a href=\"").text(path + id).markup("\">").markup(name).markup("</a> ");
  }

  private void why(Html html, SandboxSnapshot shown) {
    var message = StatusText.of(shown.status());
    if (message != null) {
      html.markup("<tr class=\"why\"><td colspan=\"11\">")
          .isolated(message)
          .markup(" <small>since ");
      time(html, shown.status().since(), clock(shown.status().since()));
      html.text(" (" + Quantity.age(node.secondsSince(shown.status().since())) + ")");
      html.markup("</small></td></tr>");
    }
  }

  private static void end(Html html) {
    html.markup("</table>\n<noscript><p>Without JavaScript this page shows what was true when it")
        .markup(" was loaded: <a href=\"\">load it again</a>.</p></noscript>\n</main>\n<script>")
        .markup(PageResources.SCRIPT)
        .markup("</script>\n</body>\n</html>\n");
  }

  private static void time(Html html, Instant time, String shown) {
    html.markup("<time datetime=\"").text(time.truncatedTo(ChronoUnit.MILLIS).toString());
    html.markup("\">").text(shown).markup("</time>");
  }

  /** As {@code 2026-11-28 10:31:05 UTC}. */
  private static String clock(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ').replace("Z", " UTC");
  }

  /** The state in words. */
  private static String label(SandboxState state) {
    return state == SandboxState.NOT_SCRAPED ? "not scraped" : state.label();
  }
}
