package io.katamonitor.endpoint;

import io.katamonitor.sandbox.SandboxRegistry;
import io.katamonitor.server.Endpoint;
import io.katamonitor.server.Exchange;
import io.katamonitor.web.DocumentForm;
import io.katamonitor.web.DocumentService;
import io.katamonitor.web.Page;
import io.katamonitor.web.SandboxesPage;

/**
 * {@code /sandboxes}: the ids as text or HTML, or all data about the sandboxes as JSON; with {@code
 * history=true} also their usage in the last 15 minutes.
 */
public final class SandboxesEndpoint implements Endpoint {
  private final SandboxesPage list;
  private final SandboxRegistry registry;
  private final DocumentService documents;
  private final OpenResponses open;

  SandboxesEndpoint(
      SandboxesPage list, SandboxRegistry registry, DocumentService documents, OpenResponses open) {
    this.list = list;
    this.registry = registry;
    this.documents = documents;
    this.open = open;
  }

  @Override
  public void serve(Exchange exchange) {
    var form = PageResponse.accepted(exchange).best(Page.TEXT, Page.HTML, Page.JSON);
    if (form.equals(Page.JSON)) {
      boolean withHistory = "true".equals(exchange.request().parameter("history"));
      DocumentSender.respond(
          exchange,
          withHistory ? DocumentForm.JSON_WITH_HISTORY : DocumentForm.JSON,
          documents,
          open);
    } else {
      var sandboxes = registry.snapshot();
      PageResponse.negotiated(
          exchange, form.equals(Page.HTML) ? list.html(sandboxes) : list.text(sandboxes));
    }
  }
}
