package io.katamonitor.web;

import io.katamonitor.sandbox.Sandbox;
import io.katamonitor.selfmetrics.LastScrape;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The sandboxes: ids as upstream lists them, a table for people, JSON for programs. */
public final class SandboxesPage {
  private final boolean debugEndpoints;

  /**
   * @param debugEndpoints whether {@code /debug/*} is served, and so linked
   */
  public SandboxesPage(boolean debugEndpoints) {
    this.debugEndpoints = debugEndpoints;
  }

  /**
   * The form that the client prefers.
   *
   * @param lastScrape of a sandbox; null where there was none
   */
  public Page show(
      Accept accept, List<Sandbox> sandboxes, Function<Sandbox, @Nullable LastScrape> lastScrape) {
    return switch (accept.best(Page.TEXT, Page.HTML, Page.JSON)) {
      case Page.HTML -> html(sandboxes, lastScrape);
      case Page.JSON -> json(sandboxes, lastScrape);
      default -> text(sandboxes);
    };
  }

  private static Page text(List<Sandbox> sandboxes) {
    var text = new StringBuilder();
    for (var sandbox : sandboxes) {
      text.append(sandbox.id()).append('\n');
    }
    return Page.text(text.toString());
  }

  private static Page json(
      List<Sandbox> sandboxes, Function<Sandbox, @Nullable LastScrape> lastScrape) {
    var text = new StringBuilder("[");
    for (var sandbox : sandboxes) {
      text.append(text.length() > 1 ? ",\n " : "\n ").append('{');
      var last = lastScrape.apply(sandbox);
      Json.member(text, "id", sandbox.id().value()).append(',');
      Json.member(text, "pod_name", sandbox.pod().name()).append(',');
      Json.member(text, "namespace", sandbox.pod().namespace()).append(',');
      Json.member(text, "uid", sandbox.pod().uid()).append(',');
      Json.member(text, "runtime", sandbox.runtime().label()).append(',');
      Json.member(text, "state", state(last)).append(',');
      if (last == null) {
        text.append("\"last_scrape\":null}");
      } else {
        Json.member(text, "last_scrape", last.time().toString()).append('}');
      }
    }
    return Page.json(text.append(text.length() > 1 ? "\n]\n" : "]\n").toString());
  }

  /** {@code up}, the reason of the last failure, or {@code unknown} before the first scrape. */
  private static String state(@Nullable LastScrape last) {
    if (last == null) {
      return "unknown";
    }
    var failure = last.failure();
    return failure == null ? "up" : failure.label();
  }

  private Page html(List<Sandbox> sandboxes, Function<Sandbox, @Nullable LastScrape> lastScrape) {
    var html = Html.page("Sandboxes");
    if (sandboxes.isEmpty()) {
      return Page.html(html.markup("<p>No Kata sandbox runs on this node.</p>\n").end());
    }
    html.markup("<div class=\"scroll\"><table>\n<tr><th>Sandbox</th><th>Pod</th>")
        .markup("<th>Runtime</th><th>State</th><th>Last scrape</th><th>Ask its shim</th></tr>\n");
    for (var sandbox : sandboxes) {
      row(html, sandbox, lastScrape.apply(sandbox));
    }
    return Page.html(html.markup("</table></div>\n").end());
  }

  private void row(Html html, Sandbox sandbox, @Nullable LastScrape last) {
    var pod = sandbox.pod();
    String state = state(last);
    html.markup("<tr><td class=\"id\"><code>")
        .text(sandbox.id().value())
        .markup("</code></td><td>");
    if (pod.isKnown()) {
      html.text(pod.namespace()).markup("/").text(pod.name());
      html.markup("<br><code class=\"soft\">").text(pod.uid()).markup("</code>");
    } else {
      html.markup("<span class=\"soft\">not known</span>");
    }
    html.markup("</td><td class=\"nowrap\">").text(sandbox.runtime().label());
    html.markup("</td><td class=\"nowrap ").markup(tone(state)).markup("\">").text(state);
    html.markup("</td><td class=\"nowrap soft\">");
    html.text(last == null ? "none yet" : last.time().toString())
        .markup("</td><td class=\"nowrap\">");
    link(html, "/metrics", sandbox, "metrics");
    link(html, "/agent-url", sandbox, "agent");
    if (debugEndpoints) {
      link(html, "/debug/pprof/", sandbox, "pprof");
      link(html, "/debug/vars", sandbox, "vars");
    }
    html.markup("</td></tr>\n");
  }

  private static String tone(String state) {
    return switch (state) {
      case "up" -> "good";
      case "unknown" -> "soft";
      default -> "bad";
    };
  }

  /** An id is made of characters that a query takes as they are. */
  private static void link(Html html, String path, Sandbox sandbox, String name) {
    html.markup("<a href=\"").markup(path).markup("?sandbox=").text(sandbox.id().value());
    html.markup("\">").text(name).markup("</a> ");
  }
}
