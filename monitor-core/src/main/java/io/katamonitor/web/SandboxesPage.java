package io.katamonitor.web;

import io.katamonitor.sandbox.Sandbox;
import java.util.List;

/** The ids of the sandboxes, as the Go daemon lists them: as text, or as HTML with links. */
public final class SandboxesPage {
  /** The list has neither script nor style. */
  private static final String SECURITY_POLICY =
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final boolean debugEndpoints;

  /**
   * @param debugEndpoints whether {@code /debug/*} is served, and so linked
   */
  public SandboxesPage(boolean debugEndpoints) {
    this.debugEndpoints = debugEndpoints;
  }

  /** One id per line. */
  public Page text(List<Sandbox> sandboxes) {
    var text = new StringBuilder();
    for (var sandbox : sandboxes) {
      text.append(sandbox.id()).append('\n');
    }
    return new Page(Page.TEXT, text.toString(), "");
  }

  /** A list with links; relative ones, so that it works behind a path prefix. */
  public Page html(List<Sandbox> sandboxes) {
    var text = new StringBuilder();
    var html = new Html(text);
    html.markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .markup("<title>Sandboxes - kata-monitor</title>\n</head>\n<body>\n")
        .markup("<h1>Sandbox list</h1>\n<p><a href=\"./\">All about them</a></p>\n<ul>\n");
    for (var sandbox : sandboxes) {
      var id = sandbox.id().value();
      html.markup("<li>").text(id).markup(": ");
      if (debugEndpoints) {
        link(html, "debug/pprof/", id, "pprof").markup(", ");
      }
      link(html, "metrics", id, "metrics").markup(", ");
      link(html, "agent-url", id, "agent-url").markup("</li>\n");
    }
    html.markup("</ul>\n</body>\n</html>\n");
    return new Page(Page.HTML, text.toString(), SECURITY_POLICY);
  }

  /** An id needs no escaping in a query. */
  private static Html link(Html html, String path, String id, String name) {
    html.markup("<a href=\"").markup(path).markup("?sandbox=").text(id).markup("\">");
    return html.markup(name).markup("</a>");
  }
}
