package io.katamonitor.endpoint;

import io.katamonitor.server.Endpoint;
import io.katamonitor.server.Exchange;
import io.katamonitor.web.DocumentForm;
import io.katamonitor.web.DocumentService;
import io.katamonitor.web.IndexPage;
import io.katamonitor.web.Page;

/** {@code /}: the page for a browser, else the list of endpoints as text. */
public final class PageEndpoint implements Endpoint {
  private final IndexPage index;
  private final DocumentService documents;
  private final OpenResponses open;

  PageEndpoint(IndexPage index, DocumentService documents, OpenResponses open) {
    this.index = index;
    this.documents = documents;
    this.open = open;
  }

  @Override
  public void serve(Exchange exchange) {
    if (PageResponse.accepted(exchange).best(Page.TEXT, Page.HTML).equals(Page.HTML)) {
      DocumentSender.respond(exchange, DocumentForm.PAGE, documents, open);
    } else {
      PageResponse.negotiated(exchange, index.text());
    }
  }
}
